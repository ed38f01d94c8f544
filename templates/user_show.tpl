{{%AUTOESCAPE context="HTML"}}{{! One user, for admins. Keys: CSRF ID EMAIL; sections LAST_ADMIN (nothing was done), ROLE_ADMIN_ON or ROLE_VIEWER_ON, THIS_ONE (the user's own page) or OTHER_ONE.
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/users">[[Gebruikers]]</a><span aria-current="page">{{EMAIL}}</span></nav>
<h1>{{EMAIL}}</h1>
{{#LAST_ADMIN}}<p class="message" data-tone="bad" role="alert">[[Dit is de enige beheerder, en zonder beheerder kan niemand meer iets veranderen. Maak eerst iemand anders beheerder.]]</p>{{/LAST_ADMIN}}
<form class="card sender-form" method="post" action="/settings/users/{{ID}}">
<input type="hidden" name="csrf" value="{{CSRF}}">
<fieldset>
<legend>[[Wat mag deze gebruiker?]]</legend>
<div class="choice"><input id="role-viewer" name="role" type="radio" value="viewer" aria-describedby="role-viewer-hint"{{#ROLE_VIEWER_ON}} checked{{/ROLE_VIEWER_ON}}><label for="role-viewer">[[Kijker]]</label><p class="hint" id="role-viewer-hint">[[Ziet alles en kan de status controleren, maar verandert niets.]]</p></div>
<div class="choice"><input id="role-admin" name="role" type="radio" value="admin" aria-describedby="role-admin-hint"{{#ROLE_ADMIN_ON}} checked{{/ROLE_ADMIN_ON}}><label for="role-admin">[[Beheerder]]</label><p class="hint" id="role-admin-hint">[[Kan alles veranderen: domeinen, afzenders en gebruikers.]]</p></div>
</fieldset>
<p class="acts"><button class="button" type="submit">[[Opslaan]]</button><a class="quiet" href="/settings/users">[[Annuleren]]</a></p>
</form>
<section class="card sender-form part">
<h2>[[Verwijderen]]</h2>
{{#OTHER_ONE}}<p>[[Deze gebruiker wordt meteen overal uitgelogd en kan niet meer inloggen. Domeinen en afzenders blijven zoals ze zijn.]]</p>{{/OTHER_ONE}}
{{#THIS_ONE}}<p>[[Dit ben jij. Je wordt meteen uitgelogd en kunt niet meer inloggen.]]</p>{{/THIS_ONE}}
<form class="acts" method="post" action="/settings/users/{{ID}}/remove"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="button danger" type="submit">[[Verwijder deze gebruiker]]</button></form>
</section>
{{>FRAME_BOTTOM}}
