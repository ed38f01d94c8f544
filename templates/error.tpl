{{%AUTOESCAPE context="HTML"}}{{! When a page can't be given. Keys: PLACE_TO_GO (the link below; not for who came by a link of ours) and section of the status (E400 … E503); E429 has WAIT ("over 40 seconden"). No database is needed for it.
}}{{>FRAME_TOP}}
<section class="card notice-page">
<div role="alert">
{{#E400}}<h1>[[Dat begrepen we niet]]</h1><p>[[Je browser stuurde iets dat niet klopt. Ga terug en probeer het nog eens.]]</p>{{/E400}}
{{#E403}}<h1>[[Dat ging niet door]]</h1><p>[[De pagina was te oud, of je mag dit niet met jouw account. Er is niets veranderd. Open de pagina opnieuw en probeer het nog eens.]]</p>{{/E403}}
{{#E404}}<h1>[[Deze pagina is er niet]]</h1><p>[[Misschien is het domein verwijderd, of klopt de link niet helemaal.]]</p>{{/E404}}
{{#LINK_GONE}}<h1>[[Deze link werkt niet meer]]</h1><p>[[Hij is verlopen of ingetrokken, of niet helemaal overgenomen. Vraag een nieuwe aan wie hem je stuurde.]]</p>{{/LINK_GONE}}
{{#E405}}<h1>[[Dat kan hier niet]]</h1><p>[[Deze pagina kun je zo niet openen. Ga terug en kies een knop op de pagina zelf.]]</p>{{/E405}}
{{#E413}}<h1>[[Dat is te veel]]</h1><p>[[Je stuurde meer tekst dan we aannemen. Maak het korter en probeer het nog eens.]]</p>{{/E413}}
{{#E429}}<h1>[[Even wachten]]</h1><p>[[Dit is te vaak kort na elkaar gevraagd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/E429}}
{{#E500}}<h1>[[Er ging bij ons iets mis]]</h1><p>[[Het ligt niet aan jou. We hebben het vastgelegd. Probeer het zo nog eens.]]</p>{{/E500}}
{{#E503}}<h1>[[We zijn er zo weer]]</h1><p>[[De pagina kan nu even niet worden opgehaald. Er gaat niets verloren. Probeer het over een paar tellen opnieuw.]]</p>{{/E503}}
</div>
{{#PLACE_TO_GO}}<p><a class="button" href="/settings/domains">[[Naar je domeinen]]</a></p>{{/PLACE_TO_GO}}
</section>
{{>FRAME_BOTTOM}}
