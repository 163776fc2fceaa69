//! Whoever knows a password, or did, keeps nothing by it: after its owner chose another one, and against a second factor.

use praktik::clinic::accounts::{Status, entity::user};
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use crate::{
    recovery::{NEW, change_email, forget, links, set_status},
    support::{Engine, PASSWORD, TestClinic},
};

/// The link by which a password is chosen, in the last letter with one to `email`.
fn reset_link(clinic: &TestClinic, email: &str) -> String {
    links(clinic, email).into_iter().find(|path| path.starts_with("/password/reset/")).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_or_a_lock_ends_a_change_of_address_that_a_thief_began(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("reset", "change", "lock")] by: &str,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let thief = clinic.browser();
    thief.log_in(&patient.email, PASSWORD).await;
    assert_eq!(change_email(&thief, "pencuri@contoh.test").await.location(), "/settings/security");
    clinic.settle().await;
    let link = links(&clinic, "pencuri@contoh.test").remove(0);
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::OK, "until then the link is good");
    match by {
        "reset" => {
            forget(&clinic, &patient.email).await;
            let own = reset_link(&clinic, &patient.email);
            assert_eq!(clinic.browser().post(&own, &[("password", NEW)]).await.location(), "/login");
        }
        "change" => {
            let form = [("current_password", PASSWORD), ("password", NEW)];
            assert_eq!(patient.browser.post("/settings/security", &form).await.location(), "/settings/security");
        }
        _ => {
            set_status(&clinic, patient.user, Status::Locked).await;
            set_status(&clinic, patient.user, Status::Active).await;
        }
    }
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::GONE);
    assert_eq!(clinic.browser().post(&link, &[]).await.status, StatusCode::GONE);
    let password = if by == "lock" { PASSWORD } else { NEW };
    clinic.browser().log_in(&patient.email, password).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_an_account_that_is_kept_out_does_not_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    change_email(&patient.browser, "siti.baru@contoh.test").await;
    clinic.settle().await;
    let link = links(&clinic, "siti.baru@contoh.test").remove(0);
    // As if the account were locked between the look at the link and its carrying out.
    let lock = async |status| {
        let id = patient.user;
        let act = clinic.app.db.write(move |tx| async move {
            let update = user::Entity::update_many().col_expr(user::Column::Status, Expr::value(status));
            update.filter(user::Column::Id.eq(id)).exec(&tx).await
        });
        act.await.unwrap();
    };
    lock(Status::Locked).await;
    assert_eq!(clinic.browser().post(&link, &[]).await.status, StatusCode::GONE);
    lock(Status::Active).await;
    assert_eq!(clinic.browser().post(&link, &[]).await.location(), "/login", "nothing was used up");
    clinic.browser().log_in("siti.baru@contoh.test", PASSWORD).await;
}
