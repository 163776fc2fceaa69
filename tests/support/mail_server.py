"""A mail server for tests: prints "ready PORT", then each letter that it takes as a line of JSON.

Usage: mail_server.py PORT [CERTIFICATE KEY]; port 0 is any free one; with a certificate it offers STARTTLS. It refuses
the mailbox "tidak.ada" for good, unless MAIL_TAKES_ALL is set, and asks to try "nanti" again later. With MAIL_PASSWORD it
takes letters of nobody who does not give that one; with MAIL_SLOW it thinks for so many seconds before it takes a letter.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Desk:
    async def handle_RCPT(self, server, session, envelope, address, options):
        mailbox = address.split("@")[0]
        if mailbox == "tidak.ada" and "MAIL_TAKES_ALL" not in os.environ:
            return f"550 5.1.1 no mailbox {address}"
        if mailbox == "nanti":
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(float(os.environ.get("MAIL_SLOW", "0")))
        letter = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        told = {
            "to": envelope.rcpt_tos,
            "sender": envelope.mail_from,
            "tls": session.ssl is not None,
            "headers": {name.lower(): str(value) for name, value in letter.items()},
            "parts": letter.is_multipart(),
            "type": letter.get_content_type(),
            "charset": letter.get_content_charset(),
            "body": letter.get_content(),
        }
        print(json.dumps(told), flush=True)
        return "250 OK"


def door():
    password = os.environ.get("MAIL_PASSWORD")
    if password is None:
        return {}

    def knows(server, session, envelope, mechanism, given):
        right = given.password == password.encode()
        return AuthResult(success=right, handled=right)

    return {"authenticator": knows, "auth_required": True, "auth_require_tls": False}


async def main():
    tls = None
    if len(sys.argv) > 3:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[2], sys.argv[3])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Desk(), tls_context=tls, hostname="surat.test", loop=loop, **door()), "127.0.0.1", int(sys.argv[1])
    )
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
