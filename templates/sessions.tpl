{{%AUTOESCAPE context="HTML"}}{{! The user's sessions. Keys: CSRF; sections SAVED, ROW (ID WHAT WHEN AT; THIS_ONE or OTHER_ONE), OTHERS (there is another one than this).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/account">[[Mijn account]]</a><span aria-current="page">[[Waar je bent ingelogd]]</span></nav>
<h1>[[Waar je bent ingelogd]]</h1>
<p class="lead records-lead">[[Herken je er een niet? Log die uit, en neem een nieuw wachtwoord.]]</p>
{{#SAVED}}<p class="message" data-tone="ok" role="status">[[Daar ben je nu uitgelogd.]]</p>{{/SAVED}}
<ul class="card people">
{{#ROW}}
<li data-session="{{#THIS_ONE}}this{{/THIS_ONE}}{{#OTHER_ONE}}other{{/OTHER_ONE}}">
<div><b>{{WHAT}}</b>{{#THIS_ONE}} <span class="tag">[[deze]]</span>{{/THIS_ONE}}<span class="sub">[[Ingelogd: {{WHEN}}. Laatst gebruikt: {{AT}}.]]</span></div>
{{#OTHER_ONE}}<form method="post" action="/settings/account/sessions/{{ID}}/end"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="quiet" type="submit">[[Uitloggen]]<span class="unseen">: {{WHAT}}, {{WHEN}}</span></button></form>{{/OTHER_ONE}}
</li>
{{/ROW}}
</ul>
{{#OTHERS}}<form class="acts" method="post" action="/settings/account/sessions/end-others"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="button second" type="submit">[[Overal uitloggen, behalve hier]]</button></form>{{/OTHERS}}
{{>FRAME_BOTTOM}}
