//! Signing up: an account and its holder as a patient, made in one act (P1, P2, S4).
