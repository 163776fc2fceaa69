//! Whoever is put out is out at once: every act that ends a session or a care closes or silences the open pages of it
//! within a second (P5, S1).

use std::time::Duration;

use praktik::{
    clinic::{
        accounts::{self, second_factor},
        audit, notifications,
    },
    infra::bus::Hint,
    web::Role,
};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Browser, Engine, PASSWORD, Socket, TestClinic, TestPatient, WAIT, new_id};

const AT_ONCE: Duration = Duration::from_secs(1);
/// Far more than the server waits for a page, however busy the machine.
const LET_GO_WITHIN: Duration = Duration::from_mins(1);

/// Who is put out.
struct Whom {
    user: Uuid,
    patient: Option<Uuid>,
    doctor: Option<Uuid>,
    /// The browser whose page is open.
    here: Browser,
    /// Another browser of theirs.
    elsewhere: Browser,
}

impl Whom {
    async fn of(clinic: &TestClinic, role: Role) -> Self {
        let (user, patient, doctor, here) = match role {
            Role::Patient => {
                let it = clinic.patient("Siti").await;
                (it.user, Some(it.patient_id), None, it.browser)
            }
            Role::Doctor => {
                let it = clinic.doctor("Andi").await;
                (it.user, None, Some(it.id), it.browser)
            }
            role => {
                let it = clinic.member(role, "Rudi").await;
                (it.user, None, None, it.browser)
            }
        };
        clinic.app.clock.advance(Duration::from_secs(1));
        let elsewhere = clinic.signed_in(user).await;
        Self { user, patient, doctor, here, elsewhere }
    }
}

/// Every act that ends sessions.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    LogOut,
    EndOne,
    EndOthers,
    ChangePassword,
    SetPasswordByLink,
    LogInAnew,
    ByAdmin(&'static str),
    LockPatient,
    DeactivateDoctor,
    ResetByAnotherProgram,
}

const ACTS: [(Role, Act); 15] = [
    (Role::Patient, Act::LogOut),
    (Role::Patient, Act::EndOne),
    (Role::Patient, Act::EndOthers),
    (Role::Patient, Act::ChangePassword),
    (Role::Patient, Act::SetPasswordByLink),
    (Role::Pharmacist, Act::LogInAnew),
    (Role::Pharmacist, Act::ByAdmin("lock")),
    (Role::Pharmacist, Act::ByAdmin("deactivate")),
    (Role::Pharmacist, Act::ByAdmin("end-sessions")),
    (Role::Pharmacist, Act::ByAdmin("reset-second-factor")),
    (Role::Doctor, Act::ByAdmin("lock")),
    (Role::Patient, Act::LockPatient),
    (Role::Doctor, Act::DeactivateDoctor),
    (Role::Patient, Act::ResetByAnotherProgram),
    (Role::Doctor, Act::ResetByAnotherProgram),
];

async fn sent(browser: &Browser, path: &str, fields: &[(&str, &str)]) {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
}

/// Carries `act` out upon `whom`.
async fn carry_out(clinic: &TestClinic, admin: &Browser, act: Act, whom: &Whom) {
    let (user, now) = (whom.user, clinic.app.now());
    match act {
        Act::LogOut => sent(&whom.here, "/logout", &[]).await,
        Act::EndOne => {
            let page = whom.elsewhere.get("/settings/security").await;
            let ends = page.attributes("form[action^='/settings/security/sessions/']", "action");
            let one = ends.iter().find(|path| !path.ends_with("/sessions/end")).unwrap();
            sent(&whom.elsewhere, one, &[]).await;
        }
        Act::EndOthers => sent(&whom.elsewhere, "/settings/security/sessions/end", &[]).await,
        Act::ChangePassword => {
            let form = [("current_password", PASSWORD), ("password", "anjing di bawah meja")];
            sent(&whom.elsewhere, "/settings/security", &form).await;
        }
        Act::SetPasswordByLink => {
            let link = move |tx| async move { accounts::create_password_link(&tx, user, now).await };
            let token = clinic.app.db.write(link).await.unwrap();
            let form = [("password", "anjing di bawah meja")];
            sent(&clinic.browser(), &format!("/password/reset/{token}"), &form).await;
        }
        Act::LogInAnew => {
            let email = accounts::email_of(clinic.app.db.read(), &clinic.app.vault, user).await.unwrap();
            whom.here.log_in(email.reveal(), PASSWORD).await;
        }
        Act::ByAdmin(what) => {
            if what == "reset-second-factor" {
                clinic.set_up_app(&whom.elsewhere).await;
            }
            sent(admin, &format!("/admin/people/{user}/{what}"), &[]).await;
        }
        Act::LockPatient => sent(admin, &format!("/admin/patients/{}/lock", whom.patient.unwrap()), &[]).await,
        Act::DeactivateDoctor => sent(admin, &format!("/admin/doctors/{}/deactivate", whom.doctor.unwrap()), &[]).await,
        Act::ResetByAnotherProgram => {
            let command = clinic.second_program().await;
            second_factor::reset(&command, audit::OPERATOR, user).await.unwrap();
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_act_that_puts_somebody_out_closes_their_pages_within_a_second(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    for (role, act) in ACTS {
        let clinic = TestClinic::open(engine).await;
        let (whom, admin) = (Whom::of(&clinic, role).await, clinic.admin().await.browser);
        let other = clinic.patient("Budi").await.browser;
        let (mut open, mut others) = (Socket::open(&whom.here).await, Socket::open(&other).await);
        open.subscribe("presence", None).await;

        carry_out(&clinic, &admin, act, &whom).await;
        let out = async {
            open.next("bye").await;
            open.is_closed().await
        };
        assert_eq!(tokio::time::timeout(AT_ONCE, out).await, Ok(true), "{act:?} of {role:?}");
        let again = Socket::knock(&whom.here, Some(&clinic.address)).await;
        assert!(again.is_err() || act == Act::LogInAnew, "{act:?} of {role:?}");
        // The control: somebody else's page stays and hears.
        assert!(others.within(Duration::from_millis(50), "bye").await.is_none(), "{act:?} of {role:?}");
        others.subscribe("presence", None).await;
    }
}

/// How the care of an account for somebody ends.
#[rstest]
#[case::by_the_guardian(false)]
#[case::at_the_front_desk(true)]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_somebody_no_longer_hears_nothing_more_of_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] at_desk: bool,
) {
    let clinic = TestClinic::open(engine).await;
    let (mother, father) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let child = clinic.child_of(&mother, "Ayu").await;
    let admin = clinic.admin().await.browser;
    let care = format!("/admin/patients/{child}/care");
    sent(&admin, &care, &[("email", &father.email), ("relationship", "child")]).await;
    let mothers = mother.browser.clone();
    let of_child = TestPatient { patient_id: child, ..mother };
    let room = clinic.room_of(of_child, clinic.doctor("Andi").await).await;
    clinic.pass(WAIT).await;

    let (mut ex, mut stays) = (Socket::open(&father.browser).await, Socket::open(&mothers).await);
    for socket in [&mut ex, &mut stays] {
        for topic in [room.conversation(), room.topic()] {
            socket.subscribe(&topic, Some(0)).await;
        }
    }
    assert_eq!(room.doctors().send("Selamat pagi").await.status, StatusCode::CREATED);
    assert_eq!((ex.numbers().await, stays.numbers().await), (vec![1], vec![1]), "the control: both hear");

    let call = room.doctors().ring("voice").await;
    let answered = room.patients().taken_by(&father.browser).about(&call, "answer").await;
    assert_eq!(answered.json()["status"], "ongoing");

    if at_desk {
        sent(&admin, &format!("{care}/end"), &[("account", &father.user.to_string())]).await;
    } else {
        sent(&father.browser, &format!("/profile/patients/{child}/remove"), &[]).await;
    }
    let silenced = async {
        let mut topics = [ex.next("refused").await, ex.next("refused").await].map(|refused| {
            assert_eq!(refused["status"], 404);
            refused["topic"].as_str().unwrap().to_owned()
        });
        topics.sort();
        topics
    };
    let silenced = tokio::time::timeout(AT_ONCE, silenced).await;
    assert_eq!(silenced, Ok([room.topic(), room.conversation()]));
    assert_eq!(clinic.count("SELECT COUNT(*) FROM call_sessions WHERE ended_at IS NULL").await, 0, "the call goes on");
    room.doctors().send("Hasil laboratorium Ayu").await;
    assert_eq!((ex.numbers().await, stays.numbers().await), (vec![], vec![2, 3]), "the end of the call, and a message");
    // The page itself stays open: the account is as it was.
    ex.subscribe("presence", None).await;
}

/// Fills the line to a page that reads nothing until it takes no more, and the backlog of what it is to hear.
async fn flood(clinic: &TestClinic, user: Uuid) -> usize {
    let data = "x".repeat(60_000);
    let call = new_id();
    for _ in 0..20 {
        for _ in 0..60 {
            let signal = json!({ "signal": { "call": call, "data": data } });
            clinic.app.bus.publish(Hint::with(notifications::topic(user), signal));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    20 * 60
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_reads_nothing_is_let_go_and_at_once_when_its_session_ends(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (out, slow) = (clinic.doctor("Andi").await, clinic.doctor("Rina").await);
    let admin = clinic.admin().await.browser;
    let there = |doctor: Uuid| clinic.app.presence.is_held(doctor, clinic.app.now());
    let _sockets = (Socket::open(&out.browser).await, Socket::open(&slow.browser).await);
    flood(&clinic, out.user).await;
    flood(&clinic, slow.user).await;
    assert!(there(out.id) && there(slow.id), "the control: both pages are held open");

    sent(&admin, &format!("/admin/people/{}/end-sessions", out.user), &[]).await;
    tokio::time::sleep(AT_ONCE).await;
    assert!(!there(out.id), "the page that takes nothing is still served");
    // How much a line holds is the machine's affair: the flood goes on until the page is let go.
    let let_go = async {
        while there(slow.id) {
            flood(&clinic, slow.user).await;
        }
    };
    assert!(
        tokio::time::timeout(LET_GO_WITHIN, let_go).await.is_ok(),
        "a page that takes nothing is waited for without end"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_too_slow_looks_at_everything_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let mut socket = room.patients().socket().await;
    socket.subscribe(&room.conversation(), Some(0)).await;
    let sent = flood(&clinic, room.patient.user).await;
    // Its hint finds no room.
    assert_eq!(room.doctors().send("Sudah baca hasilnya?").await.status, StatusCode::CREATED);
    let message = socket.next("message").await;
    assert_eq!(message["seq"], 1);
    let heard = socket.all("signal").await.len();
    assert!(heard < sent, "the control: all {sent} came, so nothing was lost");
}
