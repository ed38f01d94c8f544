{{%AUTOESCAPE context="HTML"}}{{! Asking before a sender is deleted. Keys: ID CSRF ADDRESS.
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/senders">[[Afzenders]]</a><a href="/settings/senders/{{ID}}">{{ADDRESS}}</a><span aria-current="page">[[Verwijderen]]</span></nav>
<h1>[[{{ADDRESS}} verwijderen?]]</h1>
<section class="card remove-card">
<h2>[[Dit gebeurt er meteen]]</h2>
<ul class="facts">
<li>[[Mail van deze afzender gaat voortaan via je domein als dat geauthenticeerd is, en anders via onze standaard host.]]</li>
<li>[[Een bewaard wachtwoord of een bewaarde sleutel wordt gewist.]]</li>
</ul>
<form class="acts" method="post" action="/settings/senders/{{ID}}/delete">
<input type="hidden" name="csrf" value="{{CSRF}}">
<button class="button danger" type="submit">[[Verwijderen]]</button>
<a class="quiet" href="/settings/senders/{{ID}}">[[Annuleren]]</a>
</form>
</section>
{{>FRAME_BOTTOM}}
