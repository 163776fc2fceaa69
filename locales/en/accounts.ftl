# Accounts: logging in, passwords, consent.

accounts-email = E-mail
accounts-email-wrong = This is not a complete e-mail address. Example: siti@contoh.id
accounts-email-undeliverable = No letter can be sent to this address. Check its dots and hyphens. Example: siti.rahma@contoh.id
accounts-password = Password
accounts-password-new = New password
accounts-password-hint = At least 10 characters. A short sentence is easier to remember.
accounts-password-short =
    { $length ->
        [one] Only 1 character so far. Type it again with at least { $shortest }.
       *[other] Only { $length } characters so far. Type it again with at least { $shortest }.
    }

accounts-log-in-title = Log in
accounts-log-in-wrong = The e-mail or the password does not match. Check both and try again.
accounts-new-here = No account yet?
accounts-register-link = Sign up as a patient
accounts-forgotten = Forgotten your password?
accounts-forgotten-body = Call the clinic. Once it is sure who you are, it gives you a link to choose a new password.
accounts-clinic-phone = The clinic's phone: { $phone }

accounts-login-again = You have been logged out of this account, or your time in it is over. Please log in again to go on.
accounts-login-again-kept = You have been logged out of this account, or your time in it is over. What you wrote and had not sent is kept on this device. It is there again when you have logged in.
accounts-registered = Thank you, we have received your sign-up.
accounts-registered-body = Now log in with the e-mail and the password that you have just chosen.
accounts-registered-cannot = You cannot log in?
accounts-registered-cannot-body = You may have signed up before. Try your earlier password, choose a new one by the link below, or call the clinic.

accounts-password-title = Choose a new password
accounts-password-body = Once it is saved you are logged out on every device and log in again with this password.
accounts-password-save = Save the password
accounts-password-set = The password is saved. Please log in.
accounts-link-gone-title = This link is no longer valid
accounts-link-gone-body = A password link works once, and for a limited time. Ask for a new one, or call the clinic.
accounts-link-gone-ask = Ask for a new link

accounts-forgot-title = Forgotten password
accounts-forgot-body = Type the e-mail address of your account. We send a link to choose a new password.
accounts-forgot-send = Send the link
accounts-forgot-back = Back to logging in
accounts-forgot-sent-title = Look at your e-mail
accounts-forgot-sent-body = If that address has an account, a link to choose a new password is on its way there. It is good for one hour and works once.
accounts-forgot-none = No e-mail?
accounts-forgot-none-body = Wait a few minutes and look into the spam folder. If the address may be mistyped, type it again. If nothing comes, call the clinic.
accounts-forgot-again = Type the address again

accounts-settings = Your settings
accounts-security = Security
accounts-settings-log = Access log
accounts-password-current = Current password
accounts-password-current-wrong = This is not your current password. Try again.
accounts-password-same = This is your current password. Choose another.
accounts-password-guessed = This password is easy to guess: too common, or made of your name or e-mail. Try a few words that are not usually said together.
accounts-password-change-body = Once it is saved, other devices are logged out and an e-mail tells you of it.
accounts-password-changed = The password is changed. Other devices are logged out.

accounts-email-new = New e-mail address
accounts-email-change = Change the e-mail address
accounts-email-change-body = Current address: { $address }. We send a link to the new address; the change takes effect once that link is opened.
accounts-email-send = Send the link
accounts-email-no-mail = This clinic sends no e-mail. To change the address, call the clinic.
accounts-email-sent = An e-mail with a link was sent. Open the link to confirm that address.
accounts-email-enough = Three e-mails were sent within an hour. Look into the spam folder, or try again later.
accounts-email-is-confirmed = The address is confirmed
accounts-email-unconfirmed = This address is not confirmed yet. Open the link in the e-mail that we sent, so that you can recover the account if you forget the password.
accounts-email-again = Send the e-mail again
accounts-email-waiting = Waiting to be confirmed: { $address }. Open the link in the e-mail that was sent there.
accounts-email-confirm-title = Confirm the e-mail address
accounts-email-confirm-body = The address { $address } becomes the address of your account.
accounts-email-confirm = Confirm this address
accounts-email-confirmed = The e-mail address is confirmed.
accounts-email-has-account = Another account uses this address already. Nothing was changed. Use another address, or call the clinic.
accounts-email-link-gone = A link that confirms an address can be used once, within one day, and only the last one sent. Log in to ask for a new one.

accounts-sessions = Devices logged in
accounts-sessions-body = Your account is open on these devices. Log out a device that you do not know, then change the password.
accounts-sessions-end = Log out of all other devices
accounts-sessions-ended = All other devices are logged out.
accounts-session-this = This device
accounts-session-address = Internet address (IP): { $address }
accounts-session-last = Last used:
accounts-session-began = Logged in since:
accounts-session-end = Log out
accounts-session-end-named = Log out { $device }
accounts-session-ended = That device is logged out.
accounts-device = { $browser } on { $system }
accounts-device-unknown = Unknown device

accounts-consent = I agree to the way the clinic handles my health data (version { $version }).
accounts-consent-read = Read how the clinic handles your data

accounts-phone-wrong = This is not an Indonesian phone number. Example: 0812 3456 7890
