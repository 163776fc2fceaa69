//! An open page and the call that it is in.

use serde_json::Value;
use uuid::Uuid;

use super::OpenPage;
use crate::{clinic::calls, web::Error};

impl OpenPage {
    /// The page says that it is in a call; it hears how that call stands, and whose it is.
    pub(super) async fn hold(&mut self, call: Uuid, device: &str, takes: bool) -> Vec<Value> {
        self.let_go().await;
        match calls::pages::hold(&self.app, self.signed_in.user, call, device, takes).await {
            Ok(Some(held)) => {
                self.listener.add(&held.topic);
                self.held = Some(held);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(?error, %call, "a page could not be put into its call"),
        }
        self.look_at_call(call).await
    }

    /// How a call stands at this moment.
    pub(super) async fn look_at_call(&mut self, call: Uuid) -> Vec<Value> {
        let looked = async {
            self.settle_call(call).await?;
            calls::live::frames(&self.app, &self.page, self.signed_in.user, call).await
        };
        looked.await.unwrap_or_else(|error: Error| {
            tracing::warn!(?error, %call, "how a call stands could not be read");
            Vec::new()
        })
    }

    /// The page is in no call any more, or gone.
    pub(super) async fn let_go(&mut self) {
        let Some(held) = self.held.take() else { return };
        self.calls.remove(&held.call);
        // Asked while this page is still heard: of two that go at once one finds the other.
        if let Err(error) = calls::pages::leave(&self.app, self.signed_in.user, held.call, self.heard_at).await {
            tracing::warn!(?error, "until when two were in a call could not be noted");
        }
        self.listener.remove(&held.topic);
    }

    /// Something is new with a call: perhaps it belongs to another page now, or is over.
    pub(super) async fn settle_call(&mut self, call: Uuid) -> Result<(), Error> {
        self.calls.remove(&call);
        let Some(held) = self.held.as_ref().filter(|held| held.call == call) else { return Ok(()) };
        if !calls::pages::is_held(&self.app, self.signed_in.user, held).await? {
            self.listener.remove(&held.topic);
            self.held = None;
        }
        Ok(())
    }

    pub(super) async fn signal(&mut self, call: Uuid, data: &Value) {
        let known = self.calls.get(&call).cloned();
        let to = if known.is_some() {
            known
        } else {
            let held = self.held.as_ref();
            calls::pages::other_end(&self.app, self.signed_in.user, call, held).await.ok().flatten()
        };
        if let Some(to) = to {
            self.calls.insert(call, to.clone());
            calls::pages::signal(&self.app, to, call, data);
        }
    }
}
