{{%AUTOESCAPE context="HTML"}}{{! The settings menu.
}}{{>FRAME_TOP}}
<h1>[[Instellingen]]</h1>
<ul class="card choices">
<li><a href="/settings/domains"><b>[[Domein authenticatie]]</b><span>[[Verstuur mail uit naam van je eigen domein.]]</span></a></li>
<li><a href="/settings/senders"><b>[[Afzenders]]</b><span>[[Kies hoe de mail van elk adres verstuurd wordt.]]</span></a></li>
<li><a href="/settings/users"><b>[[Gebruikers]]</b><span>[[Wie bij dit account kan, en wat ze mogen.]]</span></a></li>
<li><a href="/settings/account"><b>[[Mijn account]]</b><span>[[Je taal, je wachtwoord, en welke mails je krijgt.]]</span></a></li>
</ul>
{{>FRAME_BOTTOM}}
