#!/usr/bin/env python3
"""Sends one mail to a gateway, as a small script or an old system does.

usage: send.py HOST PORT FROM NUMBER@DOMAIN TEXT
"""
import smtplib
import sys
from email.message import EmailMessage

if len(sys.argv) != 6:
    sys.exit(__doc__)

host, port, sender, recipient, text = sys.argv[1:]
mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = sender, recipient, "Test"
mail.set_content(text)

with smtplib.SMTP(host, int(port), timeout=30) as smtp:
    refused = smtp.send_message(mail, from_addr=sender, to_addrs=[recipient])
    print("refused:" if refused else "taken", refused or "")
