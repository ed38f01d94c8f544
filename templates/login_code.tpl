{{%AUTOESCAPE context="HTML"}}{{! The second step of a login. Keys: CSRF; sections WRONG, WAITING (WAIT), NEXT_PAGE (NEXT).
}}{{>FRAME_TOP}}
<section class="card login">
<h1>[[Je code]]</h1>
<div class="message-place">
{{#WRONG}}<p class="message" data-tone="bad" role="alert">[[Deze code klopt niet, of is al gebruikt. Neem de code die er nu staat.]]</p>{{/WRONG}}
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Er is te vaak een verkeerde code geprobeerd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
</div>
<form method="post" action="/login/code">
<input type="hidden" name="csrf" value="{{CSRF}}">
{{#NEXT_PAGE}}<input type="hidden" name="next" value="{{NEXT}}">{{/NEXT_PAGE}}
<label for="code">[[Code]]</label>
<p class="hint" id="code-hint">[[De zes cijfers uit de app op je telefoon. Telefoon kwijt? Neem een van je herstelcodes.]]</p>
<input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" required aria-describedby="code-hint" autofocus>
<button class="button wide" type="submit">[[Inloggen]]</button>
</form>
<p class="login-more"><a href="/login">[[Terug naar inloggen]]</a></p>
</section>
{{>FRAME_BOTTOM}}
