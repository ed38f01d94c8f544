{{%AUTOESCAPE context="HTML"}}{{! The user's own settings. Keys: CSRF ACCOUNT_EMAIL; sections SAVED, PASSWORD_SAVED, PASSWORD_LOGIN (this program sees to logins), NOTIFY (only admins are mailed; NOTIFY_ON), LANG_NL_ON, LANG_EN_ON (one of them).
}}{{>FRAME_TOP}}
<h1>[[Mijn account]]</h1>
{{#SAVED}}<p class="message" data-tone="ok" role="status">[[Opgeslagen.]]</p>{{/SAVED}}
{{#PASSWORD_SAVED}}<p class="message" data-tone="ok" role="status">[[Je wachtwoord is gewijzigd. Op andere apparaten ben je uitgelogd.]]</p>{{/PASSWORD_SAVED}}
<form class="card sender-form" method="post" action="/settings/account">
<input type="hidden" name="csrf" value="{{CSRF}}">
<div class="field">
<label for="language">[[Taal]]</label>
<p class="hint" id="language-hint">[[Van de pagina's en van de mails die je krijgt.]]</p>
<select id="language" name="language" aria-describedby="language-hint">
<option value="nl" lang="nl"{{#LANG_NL_ON}} selected{{/LANG_NL_ON}}>[[Nederlands]]</option>
<option value="en" lang="en"{{#LANG_EN_ON}} selected{{/LANG_EN_ON}}>[[English]]</option>
</select>
</div>
{{#NOTIFY}}
<div class="choice"><input id="notify" name="notify" type="checkbox" value="1" aria-describedby="notify-hint"{{#NOTIFY_ON}} checked{{/NOTIFY_ON}}><label for="notify">[[Mail mij over domeinen]]</label><p class="hint" id="notify-hint">[[Als een domein 's nachts geauthenticeerd is, en als het na 3 en na 14 dagen nog wacht. Naar {{ACCOUNT_EMAIL}}.]]</p></div>
{{/NOTIFY}}
<p class="acts"><button class="button" type="submit">[[Opslaan]]</button></p>
</form>
<h2 class="part">[[Inloggen]]</h2>
<ul class="card choices">
{{#PASSWORD_LOGIN}}<li><a href="/settings/account/password"><b>[[Wachtwoord wijzigen]]</b><span>[[Op andere apparaten moet je daarna opnieuw inloggen.]]</span></a></li>{{/PASSWORD_LOGIN}}
<li><a href="/settings/account/sessions"><b>[[Waar je bent ingelogd]]</b><span>[[Je apparaten en browsers. Log uit waar je niet meer bent.]]</span></a></li>
{{#PASSWORD_LOGIN}}<li><a href="/settings/account/second-factor"><b>[[Code bij het inloggen]]</b><span>[[Naast je wachtwoord een code van je telefoon.]]</span></a></li>{{/PASSWORD_LOGIN}}
</ul>
{{>FRAME_BOTTOM}}
