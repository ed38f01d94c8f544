{{%AUTOESCAPE context="HTML"}}{{! Asking for a new password by mail. Sections: WAITING (WAIT), one of FORM (CSRF EMAIL), JUST_SENT, NONE (this platform sends no mail).
}}{{>FRAME_TOP}}
<section class="card login">
<h1>[[Wachtwoord vergeten]]</h1>
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Dit is te vaak kort na elkaar gevraagd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
{{#FORM}}
<p class="hint">[[We mailen je een link waarmee je een nieuw wachtwoord kiest.]]</p>
<form method="post" action="/login/forgotten">
<input type="hidden" name="csrf" value="{{CSRF}}">
<label for="email">[[E-mailadres]]</label>
<input id="email" name="email" type="email" value="{{EMAIL}}" autocomplete="username" autocapitalize="none" spellcheck="false" required>
<button class="button wide" type="submit">[[Mail mij een link]]</button>
</form>
{{/FORM}}
{{#JUST_SENT}}
<p class="message" data-tone="ok" role="status">[[Heeft dit adres hier een login, dan is er nu een mail onderweg.]]</p>
<p class="hint">[[De link erin werkt één uur. Niets gekregen? Kijk bij de ongewenste mail, en of het adres klopt.]]</p>
{{/JUST_SENT}}
{{#NONE}}<p class="message" data-tone="wait" role="status">[[Hier kan geen mail verstuurd worden. Vraag de beheerder van het platform om een nieuw wachtwoord.]]</p>{{/NONE}}
<p class="login-more"><a href="/login">[[Terug naar inloggen]]</a></p>
</section>
{{>FRAME_BOTTOM}}
