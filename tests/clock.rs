//! The machine's clock was set, or lies oddly at a start: said, and followed when an admin says that it is right.

use std::time::Duration;

use praktik::{clinic::appointments::Status, web::Role};
use reqwest::StatusCode;
use rstest::rstest;

use crate::support::{Answer, Browser, Engine, PASSWORD, Room, TestClinic, WAIT, program};

const MINUTE: i64 = 60_000;

/// What the dashboard says of the clock, with the step that its button would accept.
async fn warned(admin: &Browser) -> (String, Vec<String>) {
    let page = admin.get("/dashboard").await;
    let steps = page.attributes("form[action='/admin/clock/accept'] input[name=step]", "value");
    (page.text("#warnings").unwrap_or_default(), steps)
}

async fn accept(admin: &Browser, step: &str) -> Answer {
    admin.post("/admin/clock/accept", &[("step", step)]).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_the_clock_is_said_and_followed_when_an_admin_accepts_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let room = clinic.waiting_room().await;
    let before = clinic.app.now();
    assert_eq!(warned(&admin).await.1.len(), 0);
    clinic.app.clock.set_wall(25 * MINUTE);

    let (told, steps) = warned(&admin).await;
    for words in ["maju 25 menit", "09.25", "09.00"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("Betulkan jam"), "which of the two is right Praktik does not know: {told}");
    assert_eq!(clinic.browser().get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    clinic.settle().await;
    assert_eq!((clinic.app.now(), clinic.appointment(room.id).await.status), (before, Status::Confirmed));

    // A page that was drawn before the clock was set once more accepts nothing that it did not show.
    clinic.app.clock.set_wall(MINUTE);
    let other = accept(&admin, &steps[0]).await;
    assert_eq!((other.location(), clinic.app.now()), ("/dashboard", before));
    assert!(warned(&admin).await.0.contains("maju 26 menit"));
    clinic.app.clock.set_wall(-MINUTE);

    assert_eq!(accept(&admin, &steps[0]).await.location(), "/dashboard");
    assert_eq!(clinic.app.now(), before + Duration::from_mins(25));
    assert_eq!(warned(&admin).await.1.len(), 0);
    assert_eq!(clinic.browser().get("/readyz").await.status, StatusCode::OK);
    clinic.settle().await;
    assert_eq!(clinic.appointment(room.id).await.status, Status::Ongoing, "whoever slept until then wakes");
    let audited = "SELECT COUNT(*) FROM audit_log WHERE action = 'accept-time' AND subject = 'clinic'";
    assert_eq!(clinic.count(audited).await, 1);

    clinic.app.clock.set_wall(-3 * 24 * 60 * MINUTE);
    let (told, steps) = warned(&admin).await;
    assert!(told.contains("mundur 3 hari"), "{told}");
    accept(&admin, &steps[0]).await;
    assert!(clinic.app.now() < before);
    assert!(accept(&admin, "0").await.location() == "/dashboard" && accept(&admin, "x").await.status == 422);
    assert_eq!(clinic.count(audited).await, 2, "where nothing is to be accepted nothing is done");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn staff_come_in_by_the_machines_time_while_a_step_waits_for_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open_for_real(engine).await;
    let member = clinic.member(Role::Admin, "Eka").await;
    let app = clinic.set_up_app(&member.browser).await;
    let right = || async {
        let browser = clinic.browser();
        browser.log_in(&member.email, PASSWORD).await;
        let code = app.code(clinic.app.now() + Duration::from_hours(24));
        (browser.post("/login/second", &[("code", &code)]).await, browser)
    };
    // The control: by one clock alone a code of tomorrow is none.
    assert_eq!(right().await.0.status, StatusCode::UNPROCESSABLE_ENTITY);
    clinic.app.clock.set_wall(24 * 60 * MINUTE);
    let (inside, browser) = right().await;
    assert_eq!(inside.location(), "/dashboard", "{}", inside.body);
    assert_ne!(right().await.0.location(), "/dashboard", "it is good once");
    let step = warned(&browser).await.1.remove(0);
    accept(&browser, &step).await;
    assert_eq!(clinic.app.clock.unfollowed_step(), None);
    assert_ne!(right().await.0.location(), "/dashboard", "a code of the day after is none again");
}

/// A room that was open when the program ended, and the next start when the clock says `shift` milliseconds more.
async fn started(engine: Engine, shift: i64) -> (TestClinic, Room) {
    let (remains, room) = program(async move {
        let clinic = TestClinic::open(engine).await;
        clinic.admin().await;
        let room = clinic.waiting_room().await;
        clinic.pass(WAIT).await;
        assert_eq!(room.patients().send("Sejak kemarin saya demam").await.status, 201);
        room.doctors().look().await;
        (clinic.leave(), room)
    })
    .await;
    let at = praktik::infra::clock::Instant::from_millis(remains.at.millis() + shift);
    let clinic = remains.start(at).await;
    assert_eq!(clinic.browser().get("/healthz").await.status, 200);
    let room = room.at(&clinic);
    (clinic, room)
}

async fn an_admin(clinic: &TestClinic) -> Browser {
    clinic.member(Role::Admin, "Eka").await.browser
}

async fn is_erased(clinic: &TestClinic, room: &Room) -> bool {
    for _ in 0..200 {
        if clinic.app.room_keys.find(room.id).await.unwrap().is_none() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_start_two_weeks_later_erases_no_room_before_an_admin_has_looked_or_ten_minutes_have_passed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(true, false)] confirms: bool,
) {
    let (clinic, room) = started(engine, 15 * 24 * 60 * MINUTE).await;
    let admin = an_admin(&clinic).await;
    let (told, steps) = warned(&admin).await;
    assert!(told.contains("dua minggu"), "{told}");
    assert_eq!(steps, ["0"]);
    clinic.settle().await;
    for (seat, user) in [(room.patients(), room.patient.user), (room.doctors(), room.doctor.user)] {
        let seen = seat.taken_by(&clinic.signed_in(user).await).look().await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    }
    assert!(
        clinic.app.room_keys.find(room.id).await.unwrap().is_some(),
        "nothing is erased by a clock that is doubted"
    );
    assert_eq!(clinic.appointment(room.id).await.status, Status::Ongoing);

    if confirms {
        accept(&admin, "0").await;
        assert_eq!(warned(&admin).await.1.len(), 0);
    } else {
        clinic.pass(Duration::from_mins(10)).await;
        assert_eq!(warned(&admin).await.1.len(), 1, "it is said until somebody has looked");
    }
    assert!(is_erased(&clinic, &room).await);
    assert_eq!(clinic.appointment(room.id).await.status, Status::Completed);
    let audited = "SELECT COUNT(*) FROM audit_log WHERE action = 'confirm-time'";
    assert_eq!(clinic.count(audited).await, i64::from(confirms));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_start_before_the_last_entry_says_so_and_one_soon_after_says_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (clinic, _) = started(engine, -60 * MINUTE).await;
    let told = warned(&an_admin(&clinic).await).await.0;
    assert!(told.contains("lebih awal"), "{told}");
    // The control.
    let (clinic, room) = started(engine, 13 * 24 * 60 * MINUTE).await;
    assert_eq!(warned(&an_admin(&clinic).await).await.1.len(), 0);
    assert!(is_erased(&clinic, &room).await);
}
