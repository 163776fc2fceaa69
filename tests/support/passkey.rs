//! A passkey made of software: as much of `WebAuthn` level 2 as an authenticator has to do.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::{
    rand::{SecureRandom as _, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Somebody's passkey.
pub struct Passkey {
    key: EcdsaKeyPair,
    id: [u8; 16],
    origin: String,
    counter: AtomicU32,
    synchronised: AtomicBool,
}

/// Present, and recognised by finger or face.
const PRESENT_AND_VERIFIED: u8 = 0x05;
const WITH_CREDENTIAL: u8 = 0x40;
/// It may be synchronised, and is.
const SYNCHRONISED: u8 = 0x18;

impl Passkey {
    /// A passkey in a browser that shows `origin`.
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap();
        let mut id = [0; 16];
        random.fill(&mut id).unwrap();
        Self { key, id, origin: origin.to_owned(), counter: AtomicU32::new(0), synchronised: AtomicBool::new(false) }
    }

    /// The browser shows another site.
    pub fn at(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.origin);
        self
    }

    /// Sets how often it has signed: a copy that was made earlier has signed less often.
    pub fn count_from(&self, counter: u32) {
        self.counter.store(counter, Ordering::SeqCst);
    }

    /// From now on it says that its holder's devices share it, or that they do not.
    pub fn set_synchronised(&self, synchronised: bool) {
        self.synchronised.store(synchronised, Ordering::SeqCst);
    }

    /// What the browser sends for `options` when the passkey is made.
    pub fn made(&self, options: &Value) -> String {
        let point = self.key.public_key().as_ref();
        let mut data =
            self.data(options["publicKey"]["rp"]["id"].as_str().unwrap(), PRESENT_AND_VERIFIED | WITH_CREDENTIAL);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        // COSE (RFC 9053): an elliptic curve key for ES256 on P-256.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..65]);
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": data }
        let mut attestation = vec![0xa3];
        attestation.extend(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x58");
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend(&data);
        self.answer(&json!({
            "attestationObject": BASE64.encode(attestation),
            "clientDataJSON": BASE64.encode(self.client_data("webauthn.create", options)),
        }))
    }

    /// What the browser sends for `options` when the passkey is used.
    pub fn signed(&self, options: &Value) -> String {
        self.counter.fetch_add(1, Ordering::SeqCst);
        let data = self.data(options["publicKey"]["rpId"].as_str().unwrap(), PRESENT_AND_VERIFIED);
        let client_data = self.client_data("webauthn.get", options);
        let message = [data.as_slice(), Sha256::digest(&client_data).as_slice()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).unwrap();
        self.answer(&json!({
            "authenticatorData": BASE64.encode(data),
            "clientDataJSON": BASE64.encode(client_data),
            "signature": BASE64.encode(signature),
            "userHandle": null,
        }))
    }

    fn data(&self, host: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(host.as_bytes()).to_vec();
        data.push(if self.synchronised.load(Ordering::SeqCst) { flags | SYNCHRONISED } else { flags });
        data.extend(self.counter.load(Ordering::SeqCst).to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin }).to_string().into_bytes()
    }

    fn answer(&self, response: &Value) -> String {
        let id = BASE64.encode(self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }
}
