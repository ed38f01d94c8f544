{{%AUTOESCAPE context="HTML"}}{{! The fields of a sender, for adding and changing. Keys: TYPED_ADDRESS TYPED_NAME TYPED_HOST TYPED_USERNAME; sections NEW_ADDRESS, the chosen
route, port and security (…_ON), SECRET_KEPT, KEY_KEPT, and for each field that is wrong its …_FAULT (FAULT).
}}{{#NEW_ADDRESS}}
<div class="field">
<label for="address">[[Adres of domein]]</label>
<p class="hint" id="address-hint">[[Eén adres, zoals sales@voorbeeld.nl, of @voorbeeld.nl voor het hele domein.]]</p>
<input id="address" name="address" type="text" value="{{TYPED_ADDRESS}}" inputmode="email" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" aria-describedby="address-hint{{#ADDRESS_FAULT}} address-fault{{/ADDRESS_FAULT}}"{{#ADDRESS_FAULT}} aria-invalid="true"{{/ADDRESS_FAULT}}>
{{#ADDRESS_FAULT}}<p class="fault" id="address-fault">{{FAULT}}</p>{{/ADDRESS_FAULT}}
</div>
{{/NEW_ADDRESS}}
<div class="field">
<label for="name">[[Naam]] <span class="optional">[[mag leeg blijven]]</span></label>
<p class="hint" id="name-hint">[[Staat voor het adres in testmails, en in mail via de standaard host die zelf geen naam heeft.]]</p>
<input id="name" name="name" type="text" value="{{TYPED_NAME}}" maxlength="100" autocomplete="off" aria-describedby="name-hint{{#NAME_FAULT}} name-fault{{/NAME_FAULT}}"{{#NAME_FAULT}} aria-invalid="true"{{/NAME_FAULT}}>
{{#NAME_FAULT}}<p class="fault" id="name-fault">{{FAULT}}</p>{{/NAME_FAULT}}
</div>
<fieldset class="routes"{{#ROUTE_FAULT}} aria-describedby="route-fault"{{/ROUTE_FAULT}}>
<legend>[[Route]]</legend>
{{#ROUTE_FAULT}}<p class="fault" id="route-fault">{{FAULT}}</p>{{/ROUTE_FAULT}}
<div class="choice"><input id="route-domain" name="route" type="radio" value="domain" aria-describedby="route-domain-hint"{{#ROUTE_DOMAIN_ON}} checked{{/ROUTE_DOMAIN_ON}}><label for="route-domain">[[Via je domein]]</label><p class="hint" id="route-domain-hint">[[Onze mailserver verstuurt, ondertekend met je domein. Is het domein niet geauthenticeerd, dan gaat de mail via de standaard host.]]</p></div>
<div class="choice"><input id="route-smtp" name="route" type="radio" value="smtp" aria-describedby="route-smtp-hint"{{#ROUTE_SMTP_ON}} checked{{/ROUTE_SMTP_ON}}><label for="route-smtp">[[Via je eigen SMTP-server]]</label><p class="hint" id="route-smtp-hint">[[Je eigen mailserver of die van je provider verstuurt.]]</p></div>
<div class="choice"><input id="route-sendgrid" name="route" type="radio" value="sendgrid" aria-describedby="route-sendgrid-hint"{{#ROUTE_SENDGRID_ON}} checked{{/ROUTE_SENDGRID_ON}}><label for="route-sendgrid">[[Via SendGrid]]</label><p class="hint" id="route-sendgrid-hint">[[Met je eigen SendGrid-account.]]</p></div>
<div class="choice"><input id="route-default" name="route" type="radio" value="default" aria-describedby="route-default-hint"{{#ROUTE_DEFAULT_ON}} checked{{/ROUTE_DEFAULT_ON}}><label for="route-default">[[Via onze standaard host]]</label><p class="hint" id="route-default-hint">[[Altijd, ook als het domein geauthenticeerd is.]]</p></div>
</fieldset>
<fieldset class="of-route of-smtp">
<legend>[[SMTP-server]]</legend>
<div class="field">
<label for="host">[[Server]]</label>
<input id="host" name="host" type="text" value="{{TYPED_HOST}}" inputmode="url" placeholder="[[smtp.voorbeeld.nl]]" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"{{#HOST_FAULT}} aria-invalid="true" aria-describedby="host-fault"{{/HOST_FAULT}}>
{{#HOST_FAULT}}<p class="fault" id="host-fault">{{FAULT}}</p>{{/HOST_FAULT}}
</div>
<div class="pair">
<div class="field">
<label for="port">[[Poort]]</label>
<select id="port" name="port"{{#PORT_FAULT}} aria-invalid="true" aria-describedby="port-fault"{{/PORT_FAULT}}>
<option value="587"{{#PORT_587_ON}} selected{{/PORT_587_ON}}>587</option>
<option value="465"{{#PORT_465_ON}} selected{{/PORT_465_ON}}>465</option>
<option value="2525"{{#PORT_2525_ON}} selected{{/PORT_2525_ON}}>2525</option>
<option value="25"{{#PORT_25_ON}} selected{{/PORT_25_ON}}>25</option>
</select>
{{#PORT_FAULT}}<p class="fault" id="port-fault">{{FAULT}}</p>{{/PORT_FAULT}}
</div>
<div class="field">
<label for="security">[[Beveiliging]]</label>
<select id="security" name="security"{{#SECURITY_FAULT}} aria-invalid="true" aria-describedby="security-fault"{{/SECURITY_FAULT}}>
<option value="starttls"{{#SECURITY_STARTTLS_ON}} selected{{/SECURITY_STARTTLS_ON}}>[[STARTTLS (meestal bij 587)]]</option>
<option value="tls"{{#SECURITY_TLS_ON}} selected{{/SECURITY_TLS_ON}}>[[TLS (meestal bij 465)]]</option>
</select>
{{#SECURITY_FAULT}}<p class="fault" id="security-fault">{{FAULT}}</p>{{/SECURITY_FAULT}}
</div>
</div>
<div class="field">
<label for="username">[[Gebruikersnaam]]</label>
<input id="username" name="username" type="text" value="{{TYPED_USERNAME}}" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"{{#USERNAME_FAULT}} aria-invalid="true" aria-describedby="username-fault"{{/USERNAME_FAULT}}>
{{#USERNAME_FAULT}}<p class="fault" id="username-fault">{{FAULT}}</p>{{/USERNAME_FAULT}}
</div>
<div class="field">
<label for="password">[[Wachtwoord]]</label>
<p class="hint" id="password-hint">{{#SECRET_KEPT}}[[Er is een wachtwoord bewaard. Laat leeg om het te houden.]] {{/SECRET_KEPT}}[[We tonen het nooit meer.]]</p>
<input id="password" name="password" type="password" value="" autocomplete="new-password" aria-describedby="password-hint{{#SECRET_FAULT}} password-fault{{/SECRET_FAULT}}"{{#SECRET_FAULT}} aria-invalid="true"{{/SECRET_FAULT}}>
{{#SECRET_FAULT}}<p class="fault" id="password-fault">{{FAULT}}</p>{{/SECRET_FAULT}}
</div>
</fieldset>
<fieldset class="of-route of-sendgrid">
<legend>[[SendGrid]]</legend>
<div class="field">
<label for="api_key">[[API-sleutel]]</label>
<p class="hint" id="api_key-hint">{{#KEY_KEPT}}[[Er is een sleutel bewaard. Laat leeg om hem te houden.]] {{/KEY_KEPT}}[[Alleen het recht Mail Send is nodig. We tonen hem nooit meer.]]</p>
<input id="api_key" name="api_key" type="password" value="" autocomplete="new-password" aria-describedby="api_key-hint{{#KEY_FAULT}} api_key-fault{{/KEY_FAULT}}"{{#KEY_FAULT}} aria-invalid="true"{{/KEY_FAULT}}>
{{#KEY_FAULT}}<p class="fault" id="api_key-fault">{{FAULT}}</p>{{/KEY_FAULT}}
</div>
</fieldset>
