# Two-step verification: codes of an app, passkeys, recovery codes.

accounts-second-title = One more step
accounts-second-body = Your password is right. One more step makes sure that it is really you.
accounts-second-or = Or with a code
accounts-second-go = Log in
accounts-second-lost = You do not have your phone?
accounts-second-with-recovery = Use a recovery code
accounts-second-with-app = Use a code of the app
accounts-second-lost-body = The recovery codes are lost too? The clinic can take the second step away once it is sure who you are.

accounts-code-label = Code of 6 digits
accounts-code-hint = Open the authenticator app on your phone and type the code that it shows.
accounts-code-form = An app's code has 6 digits; a recovery code has 16 letters and digits.
accounts-code-wrong = This code does not match or was used before. Wait for the next one. If it still does not match, set your phone's clock to automatic.
accounts-code-wait =
    { $minutes ->
        [one] Too many wrong codes. Try again in a minute.
       *[other] Too many wrong codes. Try again in { $minutes } minutes.
    }
accounts-code-ended = Too many wrong codes. Wait a little, then log in again from the beginning.

accounts-recovery-label = Recovery code
accounts-recovery-hint = One of the 10 codes that you kept. Each works once.
accounts-recovery-used = You came in with a recovery code. If your phone is lost, set up the new one here and remove the old.

accounts-confirm-title = Make sure that it is you
accounts-confirm-body = Before something important is changed, type your password once more. It is good for 10 minutes.
accounts-confirm-go = Go on

accounts-factors-title = Two-step verification
accounts-factors-none = Not on yet. With a second step, a password that others know is not enough to log in.
accounts-factors-passkeys = { $count ->
    [one] 1 passkey
   *[other] { $count } passkeys
}
accounts-factors-begin = Turn the second step on
accounts-factors-manage = Manage the second step
accounts-factors-must = Your account can open patients' data. That is why it needs a second step beside the password. Choose one; it is done once and takes about two minutes.
accounts-factors-staff = After the password you show once more that it is really you. For the clinic's accounts this is compulsory.
accounts-factors-may = With a second step, somebody who knows your password still cannot log in. You may use it; you need not.
accounts-factors-confirm-body = To change something on this page, type your password first.
accounts-factors-confirm = Type the password

accounts-factor-app = Authenticator app
accounts-factor-app-body = An app on the phone shows a code of 6 digits that keeps changing, also without internet.
accounts-factor-on = In use
accounts-factor-added = Added
accounts-factor-used = last used
accounts-factor-remove = Remove
accounts-factor-remove-body = Once it is removed you cannot log in with it any more. If it is the last one, the recovery codes go too.
accounts-factor-removed = It is removed.
accounts-factor-last = This is your last second step. Add another one first, then remove this one.

accounts-totp-title = Set up an authenticator app
accounts-totp-set-up = Set up an app
accounts-totp-again = Move to another phone
accounts-totp-remove = Remove the app
accounts-totp-remove-title = Remove the authenticator app?
accounts-totp-replaces = Once it is saved, the app on the old phone is no longer valid.
accounts-totp-install = 1. Install an app on the phone
accounts-totp-install-body = For instance Aegis, Google Authenticator or Microsoft Authenticator. Skip this if you have one.
accounts-totp-scan = 2. Scan this code with it
accounts-totp-qr = QR code for the authenticator app
accounts-totp-type = Scanning does not work? Type this into the app:
accounts-totp-account = Name of the account
accounts-totp-secret = Key
accounts-totp-try = 3. Type the first code
accounts-totp-save = Save
accounts-totp-added = The authenticator app is saved.
accounts-totp-setup-over = That page had been open for too long. Scan this new code.

accounts-factor-passkeys = Passkeys
accounts-factor-passkeys-body = Log in with the fingerprint, face or screen lock of this device. A false site cannot steal it.
accounts-passkey-use = Log in with a passkey
accounts-passkey-without = Passkeys work in a browser with JavaScript at the address { $host }. The app's codes always work.
accounts-passkey-name = Name of the passkey
accounts-passkey-name-hint = For instance: Samsung phone, clinic's laptop.
accounts-passkey-add = Add a passkey
accounts-passkey-change = Rename or remove
accounts-passkey-rename = Save the name
accounts-passkey-remove = Remove this passkey
accounts-passkey-remove-title = Remove this passkey?
accounts-passkey-added = The passkey is added.
accounts-passkey-renamed = The name is saved.
accounts-passkey-failed = The passkey could not be saved. Try again; a device needs to be added only once.
accounts-passkey-stopped = The device gave no answer. Try again, or use a code.
accounts-passkey-wrong = This passkey is not accepted. Try again, or use a code.
accounts-passkey-copied = This passkey seems to have been copied, so we refuse it. Log in with a code, then remove that passkey.

accounts-codes-title = Keep your recovery codes
accounts-codes-body = If your phone is lost you can log in with one of these codes. Each works once. Print them, or keep them somewhere safe that is not the phone itself.
accounts-codes-once = These codes will not be shown again.
accounts-codes-file = recovery-codes.txt
accounts-codes-download = Download as text
accounts-codes-done = I have kept them
accounts-codes-heading = Recovery codes
accounts-codes-left =
    { $count ->
        [one] One code is not used yet.
       *[other] { $count } codes are not used yet.
    }
accounts-codes-few = Few codes are left. Make new ones.
accounts-codes-new = Make new codes
accounts-codes-new-title = Make new recovery codes?
accounts-codes-new-body = The old codes are no longer valid.
