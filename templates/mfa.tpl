{{%AUTOESCAPE context="HTML"}}{{! MFA settings. Keys: CSRF; sections SAVED (switched off just now), WAITING (WAIT), CODES with ROW (CODE), one of MFA_OFF, MFA_STARTED (SECRET URI QR_SIZE QR_PATH; WRONG), MFA_ON (CODES_LEFT; WRONG).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/account">[[Mijn account]]</a><span aria-current="page">[[Code bij het inloggen]]</span></nav>
<h1>[[Code bij het inloggen]]</h1>
<p class="lead records-lead">[[Naast je wachtwoord vragen we dan een code van je telefoon. Wie alleen je wachtwoord heeft, komt er niet in.]]</p>
{{#SAVED}}<p class="message" data-tone="ok" role="status">[[De code bij het inloggen staat uit.]]</p>{{/SAVED}}
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Dit is te vaak kort na elkaar geprobeerd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
{{#CODES}}
<section class="card sender-form codes" role="status">
<h2>[[Het staat aan. Bewaar deze herstelcodes]]</h2>
<p>[[Ben je je telefoon kwijt, dan log je in met een van deze codes. Elke code werkt één keer. We tonen ze nu, en nooit meer.]]</p>
<ol>
{{#ROW}}<li><code>{{CODE}}</code></li>
{{/ROW}}
</ol>
</section>
{{/CODES}}
{{#MFA_OFF}}
<form class="card sender-form" method="post" action="/settings/account/second-factor">
<input type="hidden" name="csrf" value="{{CSRF}}">
<p>[[Het staat uit. Je hebt een telefoon nodig met een app die codes maakt, zoals Aegis, Google Authenticator of de sleutelbos van je iPhone.]]</p>
<p class="acts"><button class="button" type="submit">[[Aanzetten]]</button></p>
</form>
{{/MFA_OFF}}
{{#MFA_STARTED}}
<form class="card sender-form" method="post" action="/settings/account/second-factor/confirm">
<input type="hidden" name="csrf" value="{{CSRF}}">
<h2>[[1. Scan dit met de app]]</h2>
<svg class="qr" viewBox="0 0 {{QR_SIZE}} {{QR_SIZE}}" role="img" aria-label="[[QR-code met de sleutel hieronder]]"><path d="{{QR_PATH}}"></path></svg>
<details><summary>[[Scannen lukt niet?]]</summary>
<p class="hint">[[Typ deze sleutel over in de app, of open de link op je telefoon.]]</p>
<p><code class="value" data-secret="secret">{{SECRET}}</code></p>
<p><code class="value" data-secret="uri">{{URI}}</code></p>
</details>
<h2>[[2. Typ de code die de app toont]]</h2>
<div class="field">
<label for="code">[[Code]]</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required{{#WRONG}} aria-invalid="true" aria-describedby="code-fault" autofocus{{/WRONG}}>
{{#WRONG}}<p class="fault" id="code-fault" role="alert">[[Deze code klopt niet. Neem de code die er nu staat, en kijk of de klok van je telefoon goed staat.]]</p>{{/WRONG}}
</div>
<p class="acts"><button class="button" type="submit">[[Aanzetten]]</button><a class="quiet" href="/settings/account">[[Annuleren]]</a></p>
</form>
{{/MFA_STARTED}}
{{#MFA_ON}}
<form class="card sender-form" method="post" action="/settings/account/second-factor/off">
<input type="hidden" name="csrf" value="{{CSRF}}">
<p>[[Het staat aan.]] {{CODES_LEFT}}</p>
<p class="hint">[[Een nieuwe telefoon of nieuwe herstelcodes? Zet het uit en weer aan.]]</p>
<div class="field">
<label for="password">[[Je wachtwoord]]</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{{#WRONG}} aria-invalid="true" aria-describedby="password-fault" autofocus{{/WRONG}}>
{{#WRONG}}<p class="fault" id="password-fault" role="alert">[[Dit is niet je wachtwoord.]]</p>{{/WRONG}}
</div>
<p class="acts"><button class="button danger" type="submit">[[Uitzetten]]</button></p>
</form>
{{/MFA_ON}}
{{>FRAME_BOTTOM}}
