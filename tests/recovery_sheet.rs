//! The master key on paper: shown to an admin who gives the password again, and typed back in part (S3).

use std::time::Duration;

use praktik::{clinic::keys::sheet_confirmed, commands::keys, infra::master_keys::MasterKeys, web::limits::Limits};
use rstest::rstest;

use crate::support::{Browser, Engine, PASSWORD, TestClinic, asked_groups};

const PAGE: &str = "/admin/recovery-sheet";

async fn confirm(admin: &Browser, groups: &[String; 2]) -> crate::support::Answer {
    admin.post(PAGE, &[("first_group", &groups[0]), ("second_group", &groups[1])]).await
}

async fn noted(clinic: &TestClinic, action: &str) -> i64 {
    let query = format!("SELECT COUNT(*) FROM audit_log WHERE subject = 'recovery-sheet' AND action = '{action}'");
    clinic.count(&query).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_sheet_is_shown_to_whoever_gives_the_password_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let key = clinic.app.current_master_key().await.unwrap();
    let sheet = key.sheet().to_string();
    let shows = |body: &str| sheet.lines().any(|line| body.contains(line));
    let before = admin.get(PAGE).await;
    assert!(!shows(&before.body) && before.count("#sheet-unconfirmed") == 1);
    for wrong in ["", "kucing di bawah atap", &"a".repeat(5_000)] {
        let refused = admin.post(&format!("{PAGE}/show"), &[("password", wrong)]).await;
        assert_eq!((refused.status.as_u16(), refused.count("#password-error")), (422, 1));
        assert!(!shows(&refused.body));
    }
    assert_eq!(noted(&clinic, "view").await, 0);
    let shown = admin.post(&format!("{PAGE}/show"), &[("password", PASSWORD)]).await;
    assert_eq!(shown.status, 200);
    assert_eq!(shown.headers["cache-control"], "no-store");
    let lines: Vec<String> =
        (1..=4).map(|line| shown.text(&format!("#sheet li:nth-child({line}) span:last-child")).unwrap()).collect();
    let typed: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(typed.join("\n"), sheet);
    assert_eq!(MasterKeys::parse(&typed.join(" ")).unwrap().newest().unwrap().id(), key.id(), "it opens the clinic");
    assert_eq!(shown.text("#key-id"), Some(key.id().to_string()));
    assert_eq!(noted(&clinic, "view").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_password_are_counted_and_wait(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open_with(engine, Limits::standard()).await;
    let admin = clinic.admin().await.browser;
    let show = async |password: &str| admin.post(&format!("{PAGE}/show"), &[("password", password)]).await;
    let mut wrong = 0;
    while show("kucing di bawah atap").await.status == 422 {
        wrong += 1;
        assert!(wrong < 20, "nobody was told to wait");
    }
    assert!(wrong >= 5, "slips are forgiven");
    assert_eq!(show(PASSWORD).await.status, 429, "not even the right password is looked at");
    assert_eq!(noted(&clinic, "view").await, 0);
    clinic.pass(Duration::from_mins(16)).await;
    assert_eq!(show(PASSWORD).await.status, 200);
    assert_eq!(show("kucing di bawah atap").await.status, 422, "the right one takes the count back");
    assert_eq!(noted(&clinic, "view").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_is_confirmed_by_two_groups_until_the_key_is_replaced(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let groups = asked_groups(&clinic, &admin).await;
    assert_eq!(groups, asked_groups(&clinic, &admin).await, "whoever types back cannot choose");
    let mut wrong = groups.clone();
    wrong[1] = if groups[1].starts_with('7') { "8".to_owned() } else { "7".to_owned() } + &groups[1][1..];
    for refused in [wrong, [groups[1].clone(), groups[0].clone()], [String::new(), String::new()]] {
        let answer = confirm(&admin, &refused).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.attributes("#first_group", "value"), [refused[0].clone()], "what was typed stays");
    }
    assert!(!sheet_confirmed(&clinic.app).await.unwrap());
    let careless = groups.clone().map(|group| group.to_lowercase());
    assert_eq!(confirm(&admin, &careless).await.status, 303);
    assert!(sheet_confirmed(&clinic.app).await.unwrap());
    assert_eq!(noted(&clinic, "confirm").await, 1);
    let page = admin.get(PAGE).await;
    assert!(page.text("#sheet-confirmed").unwrap().contains("Dewi Admin"), "by whom");
    assert_eq!(page.count("#first_group"), 0);

    keys::carry_out(&clinic.second_program().await).await.unwrap();
    assert!(!sheet_confirmed(&clinic.app).await.unwrap(), "a new key needs a new sheet");
    assert_eq!(admin.get(PAGE).await.count("#sheet-unconfirmed"), 1);
    assert_eq!(confirm(&admin, &groups).await.status, 422, "the old sheet is void");
    let groups = asked_groups(&clinic, &admin).await;
    assert_eq!(confirm(&admin, &groups).await.status, 303);
}
