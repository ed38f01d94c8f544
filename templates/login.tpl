{{%AUTOESCAPE context="HTML"}}{{! Logging in. Keys: BRAND CSRF EMAIL NEXT; sections WRONG, WAITING (WAIT), RESET (a new password was chosen), NEXT_PAGE, PASSWORD_RESET.
}}{{>FRAME_TOP}}
<section class="card login">
<h1>[[Inloggen]]</h1>
<div class="message-place">
{{#WRONG}}<p class="message" data-tone="bad" role="alert">[[Dit e-mailadres en wachtwoord horen niet bij elkaar. Controleer ze en probeer het nog eens.]]</p>{{/WRONG}}
{{#RESET}}<p class="message" data-tone="ok" role="status">[[Je nieuwe wachtwoord is opgeslagen. Log ermee in.]]</p>{{/RESET}}
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Er is te vaak geprobeerd in te loggen. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
</div>
<form method="post" action="/login">
<input type="hidden" name="csrf" value="{{CSRF}}">
{{#NEXT_PAGE}}<input type="hidden" name="next" value="{{NEXT}}">{{/NEXT_PAGE}}
<label for="email">[[E-mailadres]]</label>
<input id="email" name="email" type="email" value="{{EMAIL}}" autocomplete="username" autocapitalize="none" spellcheck="false" required>
<label for="password">[[Wachtwoord]]</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="button wide" type="submit">[[Inloggen]]</button>
</form>
{{#PASSWORD_RESET}}<p class="login-more"><a href="/login/forgotten">[[Wachtwoord vergeten?]]</a></p>{{/PASSWORD_RESET}}
</section>
{{>FRAME_BOTTOM}}
