//! Conversations and their messages, numbered by the server and sealed under the room's own key (M1, C8).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob_null, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut conversations = crate::table(
            "conversations",
            [
                uuid("appointment_id"),
                uuid("patient_id"),
                uuid("doctor_id"),
                text("status"),
                text("retention"),
                big_integer("last_seq"),
                big_integer_null("last_message_at"),
                big_integer("created_at"),
                big_integer_null("erased_at"),
            ],
        );
        crate::references(&mut conversations, "appointment_id", "appointments");
        crate::references(&mut conversations, "patient_id", "patients");
        crate::references(&mut conversations, "doctor_id", "doctors");
        manager.create_table(conversations).await?;
        manager
            .create_index(crate::unique("conversations_appointment_unique", "conversations", &["appointment_id"]))
            .await?;
        manager
            .create_index(crate::index("conversations_patient", "conversations", &["patient_id", "last_message_at"]))
            .await?;
        manager
            .create_index(crate::index("conversations_doctor", "conversations", &["doctor_id", "last_message_at"]))
            .await?;

        let mut messages = crate::table(
            "messages",
            [
                uuid("conversation_id"),
                big_integer("seq"),
                uuid("sender_id"),
                uuid("client_id"),
                text("type"),
                blob_null("message"),
                text_null("metadata"),
                big_integer("sent_at"),
                big_integer_null("read_at"),
            ],
        );
        crate::references(&mut messages, "conversation_id", "conversations");
        crate::references(&mut messages, "sender_id", "users");
        manager.create_table(messages).await?;
        manager.create_index(crate::unique("messages_seq_unique", "messages", &["conversation_id", "seq"])).await?;
        manager
            .create_index(crate::unique(
                "messages_client_unique",
                "messages",
                &["conversation_id", "sender_id", "client_id"],
            ))
            .await
    }
}
