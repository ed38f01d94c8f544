{{%AUTOESCAPE context="HTML"}}{{! The members of the account. Keys: CSRF; sections MAY_ADD, JUST_SENT, SAVED, DELETED, DROPPED, ROW (EMAIL ROLE WHEN; THIS_ONE, MAY_CHANGE (ID)), INVITED with ROW (ID EMAIL ROLE WHEN).
}}{{>FRAME_TOP}}
<header class="head">
<div>
<h1>[[Gebruikers]]</h1>
<p class="lead">[[Een beheerder kan alles veranderen. Een kijker ziet alles en kan de status controleren.]]</p>
</div>
{{#MAY_ADD}}<a class="button" href="/settings/users/new">[[Gebruiker uitnodigen]]</a>{{/MAY_ADD}}
</header>
{{#JUST_SENT}}<p class="message" data-tone="ok" role="status">[[De uitnodiging is onderweg.]]</p>{{/JUST_SENT}}
{{#SAVED}}<p class="message" data-tone="ok" role="status">[[Opgeslagen.]]</p>{{/SAVED}}
{{#DELETED}}<p class="message" data-tone="ok" role="status">[[De gebruiker is verwijderd en overal uitgelogd.]]</p>{{/DELETED}}
{{#DROPPED}}<p class="message" data-tone="ok" role="status">[[De uitnodiging is ingetrokken. De link erin werkt niet meer.]]</p>{{/DROPPED}}
<ul class="card people">
{{#ROW}}
<li data-user="{{EMAIL}}"><div><b>{{EMAIL}}</b> <span class="tag">{{ROLE}}</span>{{#THIS_ONE}} <span class="tag">[[jij]]</span>{{/THIS_ONE}}<span class="sub">[[Sinds {{WHEN}}]]</span></div>{{#MAY_CHANGE}}<a class="quiet" href="/settings/users/{{ID}}">[[Wijzig]]<span class="unseen"> {{EMAIL}}</span></a>{{/MAY_CHANGE}}</li>
{{/ROW}}
</ul>
{{#INVITED}}
<h2 class="part">[[Uitgenodigd]]</h2>
<ul class="card people">
{{#ROW}}
<li data-invited="{{EMAIL}}"><div><b>{{EMAIL}}</b> <span class="tag">{{ROLE}}</span><span class="sub">{{WHEN}}</span></div><form method="post" action="/settings/users/invitations/{{ID}}/withdraw"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="quiet" type="submit">[[Trek in]]<span class="unseen">: {{EMAIL}}</span></button></form></li>
{{/ROW}}
</ul>
{{/INVITED}}
{{>FRAME_BOTTOM}}
