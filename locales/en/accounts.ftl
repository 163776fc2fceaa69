# Accounts: logging in, passwords, consent.

accounts-email = E-mail
accounts-email-wrong = This is not a complete e-mail address. Example: siti@contoh.id
accounts-password = Password
accounts-password-new = New password
accounts-password-hint = At least 10 characters. A short sentence is easier to remember.
accounts-password-short =
    { $length ->
        [one] Only 1 character so far. Type it again with at least { $shortest }.
       *[other] Only { $length } characters so far. Type it again with at least { $shortest }.
    }

accounts-log-in-title = Log in
accounts-log-in-wrong = The e-mail or the password does not match. Check both and try again.
accounts-new-here = No account yet?
accounts-register-link = Sign up as a patient
accounts-forgotten = Forgotten your password?
accounts-forgotten-body = Call the clinic. Once it is sure who you are, it gives you a link to choose a new password.
accounts-clinic-phone = The clinic's phone: { $phone }

accounts-registered = Thank you, we have received your sign-up.
accounts-registered-body = Now log in with the e-mail and the password that you have just chosen.
accounts-registered-cannot = You cannot log in?
accounts-registered-cannot-body = You may have signed up before. Try your earlier password, or call the clinic to choose a new one.

accounts-password-title = Choose a new password
accounts-password-body = Once it is saved you are logged out on every device and log in again with this password.
accounts-password-save = Save the password
accounts-password-set = The password is saved. Please log in.
accounts-link-gone-title = This link is no longer valid
accounts-link-gone-body = A link for a password can be used once, within one day. Ask the clinic for a new one.

accounts-consent = I agree to the way the clinic handles my health data (version { $version }).
accounts-consent-read = Read how the clinic handles your data
accounts-consent-what = { $clinic } keeps your identity, complaints, notes of consultations and prescriptions, so that doctors can treat you and your prescriptions are valid. All of it is stored encrypted.
accounts-consent-who = Your health data is read only by the doctors who treat you, and by you. Every reading by somebody else is logged. The clinic's admin does not read your messages.
accounts-consent-chat = Messages in the consultation room are erased when the room closes. Calls are not recorded.
accounts-consent-long = Medical records and prescriptions are kept for at least 25 years after your last visit, as the law requires.
accounts-consent-rights = You may ask for a copy of your data, have it corrected, and withdraw this consent at any time through the clinic.

accounts-phone-wrong = This is not an Indonesian phone number. Example: 0812 3456 7890
