{{%AUTOESCAPE context="HTML"}}{{! Adding a domain. Keys: CSRF TYPED; sections FAULTY (one of the
following is shown), REFUSED (FAULT; MEANT: MEANT_NAME MEANT_SHOWN), MEANT_FORM (stands outside the other form, for forms do not nest), EXISTS (ID NAME_SHOWN), WAITING (WAIT).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><span aria-current="page">[[Domein toevoegen]]</span></nav>
<h1>[[Domein toevoegen]]</h1>
<form class="card add" method="post" action="/settings/domains" novalidate>
<input type="hidden" name="csrf" value="{{CSRF}}">
<label for="domain">[[Domein]]</label>
<p class="hint" id="domain-hint">[[Zonder @ en zonder www. Mail je vanaf sales@voorbeeld.nl? Dan is je domein voorbeeld.nl.]]</p>
<input id="domain" name="domain" type="text" value="{{TYPED}}" inputmode="url" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" placeholder="[[voorbeeld.nl]]" aria-describedby="domain-hint{{#FAULTY}} domain-fault{{/FAULTY}}"{{#FAULTY}} aria-invalid="true"{{/FAULTY}} autofocus>
{{#REFUSED}}
<div class="message" data-tone="bad" id="domain-fault" role="alert"><p>{{FAULT}}</p>
{{#MEANT}}<button class="button second" type="submit" form="meant" name="domain" value="{{MEANT_NAME}}">[[Bedoel je {{MEANT_SHOWN}}?]]</button>{{/MEANT}}
</div>
{{/REFUSED}}
{{#EXISTS}}
<div class="message" data-tone="wait" id="domain-fault" role="alert"><p>[[{{NAME_SHOWN}} staat al in je lijst.]] <a href="/settings/domains/{{ID}}">[[Bekijk het domein]]</a></p></div>
{{/EXISTS}}
{{#WAITING}}
<div class="message" data-tone="wait" id="domain-fault" role="alert"><p>[[Je hebt veel domeinen kort na elkaar toegevoegd. Je kunt het {{WAIT}} opnieuw proberen.]]</p></div>
{{/WAITING}}
<p class="acts"><button class="button" type="submit">[[Domein toevoegen]]</button><a class="quiet" href="/settings/domains">[[Annuleren]]</a></p>
</form>
{{#MEANT_FORM}}<form id="meant" method="post" action="/settings/domains"><input type="hidden" name="csrf" value="{{CSRF}}"></form>{{/MEANT_FORM}}
<p class="aside-note"><a href="/settings/domains/bulk">[[Meer domeinen tegelijk toevoegen]]</a></p>
<p class="aside-note">[[Je verstuurt pas mail uit naam van dit domein als de DNS-records staan. Dat kan alleen iemand die bij de DNS van het domein kan.]]</p>
{{>FRAME_BOTTOM}}
