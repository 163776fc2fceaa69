# E-mail: nothing in it says anything of health (N2).

mail-welcome-subject = Confirm your e-mail address · { $clinic }
mail-welcome-body =
    Your account at { $clinic } was made with this address.

    Open this link to confirm that the address is yours. It is good for one day.
    { $link }

    You did not sign up? Ignore this e-mail, or call the clinic: { $phone }

mail-email-known-subject = Somebody signed up with your e-mail · { $clinic }
mail-email-known-body =
    Somebody filled in the sign-up form of { $clinic } with this address. The address has an account already, so no new one was made.

    If it was you: log in with your earlier password, or choose a new one here.
    { $link }

    If it was not you, there is nothing to do. The clinic's phone: { $phone }

mail-nik-known-subject = Somebody signed up with your NIK · { $clinic }
mail-nik-known-body =
    Somebody filled in the sign-up form of { $clinic } with a NIK that belongs to your account already. Nothing has changed.

    If it was you: log in with your earlier account.
    { $link }

    If it was not you, tell the clinic: { $phone }

mail-password-reset-subject = Your link for a new password · { $clinic }
mail-password-reset-body =
    Open this link to choose a new password. It is good for one hour and works once.
    { $link }

    You did not ask for it? Ignore this e-mail; your password stays as it is. The clinic's phone: { $phone }

mail-password-changed-subject = Your password was changed · { $clinic }
mail-password-changed-body =
    The password of your account at { $clinic } has just been changed, and all other devices were logged out.

    It was not you? Choose a new password here at once:
    { $link }
    Then call the clinic: { $phone }

mail-email-confirm-subject = Confirm your new e-mail address · { $clinic }
mail-email-confirm-body =
    This address is to become the address of an account at { $clinic }. Open this link to confirm it. It is good for one day.
    { $link }

    You did not ask for it? Ignore this e-mail.

mail-email-changing-subject = Your e-mail address is being changed · { $clinic }
mail-email-changing-body =
    Somebody asked to replace this address of your account at { $clinic } with another. That takes effect once the new address is confirmed.

    It was not you? Change your password here at once:
    { $link }
    Then call the clinic: { $phone }

mail-invitation-subject = Your account at { $clinic }
mail-invitation-body =
    { $clinic } has made an account for you. Open this link to choose a password. It is good for one day and works once.
    { $link }

    The link is no longer good? Ask the clinic's admin for a new one: { $phone }

mail-second-factor-changed-subject = The way into your account changed · { $clinic }
mail-second-factor-changed-body =
    The second step of logging in to your account at { $clinic } has just been added to, removed or changed. Look at it here:
    { $link }

    It was not you? Call the clinic at once: { $phone }

mail-recovery-code-used-subject = A recovery code was used to log in · { $clinic }
mail-recovery-code-used-body =
    Somebody logged in to your account at { $clinic } with your password and a recovery code. That code is no longer valid. How many are left is shown here:
    { $link }

    It was not you? Change your password at once and call the clinic: { $phone }

mail-codes-refused-subject = Wrong login codes at your account · { $clinic }
mail-codes-refused-body =
    Somebody typed the password of your account at { $clinic } correctly, and then wrong codes again and again. They did not get in.

    It was not you? Then somebody else may know your password. Change it here at once:
    { $link }
    Then call the clinic: { $phone }

mail-passkey-copied-subject = A passkey was refused · { $clinic }
mail-passkey-copied-body =
    One of the passkeys of your account at { $clinic } seems to have been copied, so we refused it. Log in in another way and remove it here:
    { $link }

    You need help? Call the clinic: { $phone }
