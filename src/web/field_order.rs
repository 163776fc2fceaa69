//! The names of a form's fields in the order in which its struct lists them, which is that of its page: what nobody has
//! chosen is not sent, and still has its place in the summary of what is wrong.

use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _, Visitor, value::Error},
    forward_to_deserialize_any,
};

/// The fields of the struct `T`; none where it is no struct.
pub(super) fn of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // Nothing is read: the struct says what it would take, and is refused.
    let _refused = T::deserialize(Names(&mut names));
    names
}

struct Names<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        Err(Error::custom("its fields are known"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    #[test]
    fn a_struct_says_its_fields_in_their_order() {
        #[derive(Deserialize, Default)]
        #[serde(default, deny_unknown_fields)]
        struct Form {
            nik: String,
            birth_date: String,
            items: BTreeMap<String, String>,
            consent: String,
        }
        assert_eq!(super::of::<Form>(), ["nik", "birth_date", "items", "consent"]);
        assert!(super::of::<BTreeMap<String, String>>().is_empty());
    }
}
