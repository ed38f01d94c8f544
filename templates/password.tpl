{{%AUTOESCAPE context="HTML"}}{{! A new password. Keys: CSRF EMAIL (for the browser's password keeper); sections WAITING (WAIT), OLD_FAULT, NEW_FAULT, AGAIN_FAULT (each FAULT).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/account">[[Mijn account]]</a><span aria-current="page">[[Wachtwoord wijzigen]]</span></nav>
<h1>[[Wachtwoord wijzigen]]</h1>
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Er is te vaak een verkeerd wachtwoord geprobeerd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
<form class="card sender-form" method="post" action="/settings/account/password">
<input type="hidden" name="csrf" value="{{CSRF}}">
<input type="text" name="email" value="{{EMAIL}}" autocomplete="username" hidden readonly>
<div class="field">
<label for="old">[[Wachtwoord van nu]]</label>
<input id="old" name="old" type="password" autocomplete="current-password" required{{#OLD_FAULT}} aria-invalid="true" aria-describedby="old-fault" autofocus{{/OLD_FAULT}}>
{{#OLD_FAULT}}<p class="fault" id="old-fault" role="alert">{{FAULT}}</p>{{/OLD_FAULT}}
</div>
<div class="field">
<label for="new">[[Nieuw wachtwoord]]</label>
<p class="hint" id="new-hint">[[Minstens 8 tekens. Een paar losse woorden achter elkaar onthoud je makkelijk en raadt niemand.]]</p>
<input id="new" name="new" type="password" autocomplete="new-password" minlength="8" required aria-describedby="new-hint{{#NEW_FAULT}} new-fault{{/NEW_FAULT}}"{{#NEW_FAULT}} aria-invalid="true" autofocus{{/NEW_FAULT}}>
{{#NEW_FAULT}}<p class="fault" id="new-fault" role="alert">{{FAULT}}</p>{{/NEW_FAULT}}
</div>
<div class="field">
<label for="again">[[Nog een keer]]</label>
<input id="again" name="again" type="password" autocomplete="new-password" required{{#AGAIN_FAULT}} aria-invalid="true" aria-describedby="again-fault" autofocus{{/AGAIN_FAULT}}>
{{#AGAIN_FAULT}}<p class="fault" id="again-fault" role="alert">{{FAULT}}</p>{{/AGAIN_FAULT}}
</div>
<p class="acts"><button class="button" type="submit">[[Wachtwoord wijzigen]]</button><a class="quiet" href="/settings/account">[[Annuleren]]</a></p>
</form>
<p class="aside-note">[[Op andere apparaten moet je daarna opnieuw inloggen.]]</p>
{{>FRAME_BOTTOM}}
