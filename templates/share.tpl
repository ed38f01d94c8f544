{{%AUTOESCAPE context="HTML"}}{{! What the DNS person sees, who came by a link: nothing of the account. Keys: PATH CSRF NAME_SHOWN NAME SHARE_UNTIL; sections IDN; the
include LIVE is all that a check renews.
}}{{>FRAME_TOP}}
<header class="head domain-head">
<div>
<h1>[[DNS-records voor {{NAME_SHOWN}}]]{{#IDN}} <code class="ascii">{{NAME}}</code>{{/IDN}}</h1>
<p class="lead">[[Zet deze records in de DNS van {{NAME_SHOWN}}. Daarmee kan er mail uit naam van dat domein worden verstuurd die ontvangers vertrouwen. Inloggen hoeft niet.]]</p>
</div>
<form id="check" method="post" action="{{PATH}}/check">
<input type="hidden" name="csrf" value="{{CSRF}}">
<button class="button" id="check-status" type="submit">[[Check status]]</button>
</form>
</header>
{{>LIVE}}
{{>WATCH}}
<p class="aside-note">{{SHARE_UNTIL}} [[Wie deze link heeft, kan deze pagina zien: geef hem alleen door aan wie de records plaatst.]]</p>
{{>FRAME_BOTTOM}}
