// Verifies mails as a receiver does: DKIM, SPF and DMARC by mailauth, with the DNS records of the input instead of real DNS.
// stdin: one JSON object a line, {dns: {name: TXT, …}, ip, helo, mail_from, data: base64}; stdout: one JSON object a line, in that order.
// Its argument is the folder in which npm installed mailauth.
'use strict';

// A dependency expects the global File, which Node has from 20 on; Debian 12 has 18.
globalThis.File ??= require('node:buffer').File;

const { authenticate } = require(require.resolve('mailauth', { paths: [process.argv[2]] }));
const readline = require('node:readline');

function resolver(dns) {
    return async (name, type) => {
        const key = name.toLowerCase().replace(/\.$/, '');
        if (type === 'TXT' && key in dns) {
            return [[dns[key]]];
        }
        const error = new Error(`no ${type} for ${name}`);
        error.code = 'ENOTFOUND';
        throw error;
    };
}

async function verify({ dns, ip, helo, mail_from, data }) {
    const { dkim, spf, dmarc } = await authenticate(Buffer.from(data, 'base64'), {
        ip, helo, sender: mail_from, mta: 'verifier.example', resolver: resolver(dns), disableArc: true, disableBimi: true
    });
    // A mail without a signature has one result without a domain.
    const signatures = dkim.results.filter((r) => r.signingDomain);
    return {
        dkim: signatures.map((r) => ({ domain: r.signingDomain, selector: r.selector, result: r.status.result, algo: r.algo })),
        spf: { result: spf ? spf.status.result : 'none', domain: spf ? spf.domain : '' },
        dmarc: { result: dmarc ? dmarc.status.result : 'none', domain: dmarc ? dmarc.domain : '', alignment: dmarc ? dmarc.alignment : null }
    };
}

(async () => {
    for await (const line of readline.createInterface({ input: process.stdin })) {
        console.log(JSON.stringify(await verify(JSON.parse(line))));
    }
})();
