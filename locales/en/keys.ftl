# The recovery sheet.

keys-title = Recovery sheet
keys-what = Everything about patients is encrypted with one key. Without it nobody can read the data or its backups, and nobody can make it again. The recovery sheet is this key on paper.
keys-confirmed-by = { $name } typed this sheet back on { $time }.
keys-unconfirmed = Nobody has typed the sheet of the present key back yet. Print it now: if the computer breaks, the sheet is all that opens the backups.
keys-show-title = Show and print
keys-show-body = Number of the key: { $key }. Enter your password to see the sheet. That it was shown is written into the audit log.
keys-password = Your password
keys-show = Show the sheet
keys-confirm-title = Type two groups back
keys-confirm-body = Read from the printed sheet, so that you know it is legible.
keys-group = Line { $line }, group { $place }
keys-group-wrong = This is not the group on the sheet. Compare its five letters and digits.
keys-confirm = Confirm
keys-confirmed = The recovery sheet is confirmed. Put it in a safe place.
keys-back = Recovery sheet
keys-key = Key
keys-date = Printed on
keys-qr = The same letters as a QR code
keys-for-title = What it is for
keys-for-body = When the computer is lost or broken: install Praktik, run "praktik restore" with the last backup and give these four lines as --master-key.
keys-where-title = Where to keep it
keys-where-body = Locked away like the clinic's seal, in another place than the computer and the backups. Whoever has this sheet and a backup can read everything about every patient. Never photograph it, never store it on a computer.
keys-letters = What looks like I or L is a 1, what looks like O is a 0. Small and capital letters are the same.
keys-print = Print this page with your browser, on A4.
keys-next = Type two groups back
