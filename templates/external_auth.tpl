{{%AUTOESCAPE context="HTML"}}{{! In place of pages about passwords, where the web server sees to logins. Sections: KNOWN (EMAIL: who the web server says it is) or NONE.
}}{{>FRAME_TOP}}
<section class="card login">
<h1>[[Inloggen gaat via je organisatie]]</h1>
{{#KNOWN}}<p class="message" role="alert">[[Je organisatie zegt dat je {{EMAIL}} bent. Kom je er niet in, vraag dan de beheerder van het platform om een gebruiker met dit adres.]]</p>{{/KNOWN}}
{{#NONE}}<p class="message" role="alert">[[Je bent bij je organisatie niet ingelogd. Log daar in en open deze pagina opnieuw.]]</p>{{/NONE}}
<p class="hint">[[Wachtwoorden, codes en uitnodigingen zijn hier niet nodig: dat regelt je organisatie.]]</p>
<p class="login-more"><a href="/settings/domains">[[Naar je domeinen]]</a></p>
</section>
{{>FRAME_BOTTOM}}
