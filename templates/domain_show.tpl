{{%AUTOESCAPE context="HTML"}}{{! One domain. Keys: ID CSRF NAME_SHOWN NAME; sections IDN; the include LIVE is all that a check renews.
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><span aria-current="page">{{NAME_SHOWN}}</span></nav>
<header class="head domain-head">
<h1>{{NAME_SHOWN}}{{#IDN}} <code class="ascii">{{NAME}}</code>{{/IDN}}</h1>
<form id="check" method="post" action="/settings/domains/{{ID}}/check">
<input type="hidden" name="csrf" value="{{CSRF}}">
<button class="button" id="check-status" type="submit">[[Check status]]</button>
</form>
</header>
{{>LIVE}}
{{>FRAME_BOTTOM}}
