//! Keyboards below messages, as callers give them.

use serde_json::{Value, json};

use super::{
    json::{Object, Wrong, sentence},
    params::Params,
    refusal::Refusal,
};

/// Bytes that a button brings back.
const DATA: usize = 64;

/// What is to be below a message; nothing, for an empty keyboard.
pub fn read(params: &Params) -> Result<Option<Value>, Refusal> {
    let Some(fields) = params.json("reply_markup", "reply keyboard markup")? else { return Ok(None) };
    let fields = fields.as_object().ok_or_else(|| Refusal::bad("object expected as reply markup"))?;
    let object = Object::from(fields);
    let list = |name| object.list(name).map_err(|why| sentence(&why));
    for row in list("keyboard")?.into_iter().flatten() {
        row.as_array().ok_or_else(|| Refusal::bad("field \"keyboard\" must be an Array of Arrays"))?;
    }
    let mut rows = Vec::new();
    for row in list("inline_keyboard")?.into_iter().flatten() {
        let buttons = row.as_array().ok_or_else(|| {
            Refusal::bad("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")
        })?;
        for button in buttons {
            check(button).map_err(|why| sentence(&format!("Can't parse inline keyboard button: {why}")))?;
            if button["callback_data"].as_str().is_some_and(|data| data.len() > DATA) {
                return Err(Refusal::bad("BUTTON_DATA_INVALID"));
            }
        }
        rows.extend((!buttons.is_empty()).then(|| row.clone()));
    }
    for name in ["remove_keyboard", "force_reply", "selective"] {
        object.flag(name).map_err(|why| sentence(&why))?;
    }
    Ok((!rows.is_empty()).then(|| json!({ "inline_keyboard": rows })))
}

/// A button does one thing besides showing its text.
fn check(button: &Value) -> Result<(), Wrong> {
    const DEEDS: [&str; 8] = [
        "callback_game",
        "pay",
        "switch_inline_query",
        "switch_inline_query_chosen_chat",
        "switch_inline_query_current_chat",
        "login_url",
        "web_app",
        "copy_text",
    ];
    let object = button.as_object().ok_or("InlineKeyboardButton must be an Object")?;
    let object = Object::from(object);
    object.needed_text("text")?;
    let said = |name| object.text(name).map(|text| text.is_some_and(|text| !text.is_empty()));
    match said("url")? || said("callback_data")? || DEEDS.iter().any(|deed| object.has(deed)) {
        true => Ok(()),
        false => Err("Text buttons are unallowed in the inline keyboard".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(markup: Value) -> Result<Option<Value>, String> {
        let fields = [("reply_markup".to_owned(), markup)].into_iter().collect();
        read(&Params { fields, ..Params::default() }).map_err(|refusal| refusal.description)
    }

    #[test]
    fn keyboards_are_checked() {
        let button = json!({ "text": "a", "callback_data": "b" });
        let one = json!({ "inline_keyboard": [[button], []] });
        assert_eq!(given(one), Ok(Some(json!({ "inline_keyboard": [[button]] }))));
        assert_eq!(given(json!({ "inline_keyboard": [] })), Ok(None));
        assert_eq!(given(json!({ "keyboard": [["oui"]] })), Ok(None), "only inline keyboards are shown");
        for (markup, words) in [
            (json!("{"), "can't parse reply keyboard markup JSON object"),
            (json!([]), "object expected as reply markup"),
            (json!(null), "object expected as reply markup"),
            (json!({ "inline_keyboard": "x" }), "field \"inline_keyboard\" must be of type Array"),
            (
                json!({ "inline_keyboard": [[{ "text": "a" }]] }),
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            ),
            (
                json!({ "inline_keyboard": [[{ "text": "a", "callback_data": "x".repeat(65) }]] }),
                "BUTTON_DATA_INVALID",
            ),
        ] {
            assert_eq!(given(markup), Err(format!("Bad Request: {words}")));
        }
    }
}
