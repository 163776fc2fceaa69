//! Following the chain from its first row to its last.

use std::{fmt, time::Duration};

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{Head, chain::said, entity::audit_row};
use crate::infra::{clock::Instant, vault::Vault};

/// What following the chain came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The last row that the chain leads to unharmed.
    pub head: Option<Head>,
    /// The first thing that is not as it was written.
    pub fault: Option<Fault>,
}

/// What is not as it was written.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// No row has this place, and later ones are there.
    Missing(i64),
    /// The row at this place is not the one that was linked there: altered, moved, or put in.
    Altered(i64),
    /// Rows are missing at the end: a head that was kept is further on.
    Cut {
        /// The last place that is there.
        last: i64,
        /// The place of the head that was kept.
        kept: i64,
    },
    /// The chain is whole and is another one than that of a head which was kept: somebody has linked it anew.
    Another(i64),
    /// A row was not linked, though it is older than the program takes, or younger than now.
    Unlinked(Uuid),
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(place) => write!(to, "row {place} of the audit log was dropped"),
            Self::Altered(place) => write!(to, "row {place} of the audit log is not as it was written"),
            Self::Cut { last, kept } => {
                write!(to, "the audit log was cut off after row {last}; it had reached row {kept}")
            }
            Self::Another(place) => {
                write!(to, "row {place} of the audit log has another link than was kept; the log was linked anew")
            }
            Self::Unlinked(id) => write!(
                to,
                "the row {id} of the audit log is not linked; if the program was stopped short, start it and ask again"
            ),
        }
    }
}

/// Rows read at once.
const AT_ONCE: u64 = 500;
/// A row is linked within a second; a program that is busy may take a little longer.
const LINKED_WITHIN: Duration = Duration::from_secs(10);

/// Follows the chain, past the heads that were `kept` of it, and names the first row that is not as it was written.
pub async fn verify(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    now: Instant,
    kept: &[Head],
) -> Result<Found, DbErr> {
    let mut head = Head { place: 0, link: Vec::new() };
    let mut fault = None;
    while fault.is_none() {
        let rows = audit_row::Entity::find()
            .filter(audit_row::Column::Place.gt(head.place))
            .order_by_asc(audit_row::Column::Place)
            .limit(AT_ONCE)
            .all(connection)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            match follow(&head, &row, vault, kept) {
                Ok(next) => head = next,
                Err(wrong) => {
                    fault = Some(wrong);
                    break;
                }
            }
        }
    }
    if fault.is_none() {
        fault = before_the_first(connection).await?;
    }
    if fault.is_none() {
        let further = kept.iter().map(|kept| kept.place).max().filter(|kept| *kept > head.place);
        fault = further.map(|kept| Fault::Cut { last: head.place, kept });
    }
    if fault.is_none() {
        fault = unlinked(connection, now).await?;
    }
    Ok(Found { head: (head.place > 0).then_some(head), fault })
}

fn follow(head: &Head, row: &audit_row::Model, vault: &Vault, kept: &[Head]) -> Result<Head, Fault> {
    let place = head.place + 1;
    if row.place != Some(place) {
        return Err(Fault::Missing(place));
    }
    let link = vault.audit_link(&head.link, &said(row, place));
    if row.link.as_deref() != Some(link.as_slice()) {
        return Err(Fault::Altered(place));
    }
    if kept.iter().any(|kept| kept.place == place && kept.link != link) {
        return Err(Fault::Another(place));
    }
    Ok(Head { place, link })
}

/// The chain begins at one: whoever moves rows before that has put them out of its way.
async fn before_the_first(connection: &impl ConnectionTrait) -> Result<Option<Fault>, DbErr> {
    let row = audit_row::Entity::find().filter(audit_row::Column::Place.lt(1)).one(connection).await?;
    Ok(row.and_then(|row| row.place).map(Fault::Altered))
}

/// The first row that nobody linked though it was time; one with half of what linking gives is none of the program's.
async fn unlinked(connection: &impl ConnectionTrait, now: Instant) -> Result<Option<Fault>, DbErr> {
    let without = audit_row::Column::Place.is_null().or(audit_row::Column::Link.is_null());
    let late = audit_row::Column::At.lt(now - LINKED_WITHIN).or(audit_row::Column::At.gt(now + LINKED_WITHIN));
    let halved = audit_row::Column::Place.is_not_null().or(audit_row::Column::Link.is_not_null());
    let row = audit_row::Entity::find()
        .filter(without)
        .filter(late.or(halved))
        .order_by_asc(audit_row::Column::At)
        .order_by_asc(audit_row::Column::Id)
        .one(connection)
        .await?;
    Ok(row.map(|row| Fault::Unlinked(row.id)))
}
