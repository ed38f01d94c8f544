{{%AUTOESCAPE context="HTML"}}{{! One domain. Keys: ID CSRF NAME_SHOWN NAME; sections IDN, SHARED (the new link: LINK MAIL_SUBJECT MAIL_TEXT SHARE_UNTIL), UNSHARED; the include LIVE is all that a check renews.
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><span aria-current="page">{{NAME_SHOWN}}</span></nav>
<header class="head domain-head">
<h1>{{NAME_SHOWN}}{{#IDN}} <code class="ascii">{{NAME}}</code>{{/IDN}}</h1>
<form id="check" method="post" action="/settings/domains/{{ID}}/check">
<input type="hidden" name="csrf" value="{{CSRF}}">
<button class="button" id="check-status" type="submit">[[Check status]]</button>
</form>
</header>
{{#SHARED}}
<section class="card shared" id="shared" aria-labelledby="shared-title">
<h2 id="shared-title">[[De link voor je DNS-beheerder]]</h2>
<p role="status">[[Alleen nu te zien: we bewaren hem niet. Een eerdere link werkt niet meer.]] {{SHARE_UNTIL}}</p>
<div class="shared-link"><code class="value" id="share-link" data-copy="link">{{LINK}}</code><button class="quiet copy" type="button" data-copy-for="share-link">[[Kopieer]]<span class="unseen"> [[link]]</span></button></div>
<p class="acts"><a class="button" id="share-mail" href="mailto:?subject={{MAIL_SUBJECT:x-mail}}&amp;body={{MAIL_TEXT:x-mail}}">[[Open een mail met deze link]]</a></p>
<details class="found"><summary>[[De tekst van de mail]]</summary>
<code class="value" id="share-text" data-copy="mail">{{MAIL_TEXT:pre_escape}}</code><button class="quiet copy" type="button" data-copy-for="share-text">[[Kopieer]]<span class="unseen"> [[tekst]]</span></button>
</details>
</section>
{{/SHARED}}
{{#UNSHARED}}<p class="message" data-tone="ok" role="status">[[De link is ingetrokken. Wie hem heeft, ziet niets meer.]]</p>{{/UNSHARED}}
{{>LIVE}}
{{>WATCH}}
{{>FRAME_BOTTOM}}
