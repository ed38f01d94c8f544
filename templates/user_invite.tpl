{{%AUTOESCAPE context="HTML"}}{{! Inviting somebody. Sections: WAITING (WAIT), one of FORM (CSRF TYPED; ADDRESS_FAULT (FAULT); ROLE_ADMIN_ON or ROLE_VIEWER_ON), NONE (this platform sends no mail).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/users">[[Gebruikers]]</a><span aria-current="page">[[Gebruiker uitnodigen]]</span></nav>
<h1>[[Gebruiker uitnodigen]]</h1>
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Dit is te vaak kort na elkaar gevraagd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
{{#NONE}}<p class="message" data-tone="wait" role="status">[[Hier kan geen mail verstuurd worden. Vraag de beheerder van het platform om een gebruiker te maken.]]</p>{{/NONE}}
{{#FORM}}
<form class="card sender-form" method="post" action="/settings/users" novalidate>
<input type="hidden" name="csrf" value="{{CSRF}}">
<div class="field">
<label for="email">[[E-mailadres]]</label>
<p class="hint" id="email-hint">[[Hier gaat een link heen die 7 dagen werkt. Wie hem opent, kiest zelf een wachtwoord.]]</p>
<input id="email" name="email" type="email" value="{{TYPED}}" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="email-hint{{#ADDRESS_FAULT}} email-fault{{/ADDRESS_FAULT}}"{{#ADDRESS_FAULT}} aria-invalid="true"{{/ADDRESS_FAULT}} autofocus>
{{#ADDRESS_FAULT}}<p class="fault" id="email-fault" role="alert">{{FAULT}}</p>{{/ADDRESS_FAULT}}
</div>
<fieldset>
<legend>[[Wat mag deze gebruiker?]]</legend>
<div class="choice"><input id="role-viewer" name="role" type="radio" value="viewer" aria-describedby="role-viewer-hint"{{#ROLE_VIEWER_ON}} checked{{/ROLE_VIEWER_ON}}><label for="role-viewer">[[Kijker]]</label><p class="hint" id="role-viewer-hint">[[Ziet alles en kan de status controleren, maar verandert niets.]]</p></div>
<div class="choice"><input id="role-admin" name="role" type="radio" value="admin" aria-describedby="role-admin-hint"{{#ROLE_ADMIN_ON}} checked{{/ROLE_ADMIN_ON}}><label for="role-admin">[[Beheerder]]</label><p class="hint" id="role-admin-hint">[[Kan alles veranderen: domeinen, afzenders en gebruikers.]]</p></div>
</fieldset>
<p class="acts"><button class="button" type="submit">[[Stuur de uitnodiging]]</button><a class="quiet" href="/settings/users">[[Annuleren]]</a></p>
</form>
{{/FORM}}
{{>FRAME_BOTTOM}}
