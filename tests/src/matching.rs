//! Whether a JSON value holds what is claimed of it.
//!
//! An object holds another if it has its members; a list has as many elements, each of which holds its
//! own; `null` is also what is not there. Where a claim is one of these, it means:
//! `"$any"`: there is a value; `{"$contains": [...]}`: a list has an element that holds each of them, a
//! text contains each of them; `{"$lacks": [...]}`: none of them; `{"$min": n}`: a number, n or more;
//! `{"$one_of": [...]}`: one of them holds.

use serde_json::Value;

/// Why `got` does not hold `claim`, with the place in it.
pub(crate) fn mismatch(claim: &Value, got: &Value, place: &str) -> Option<String> {
    let differs = || Some(format!("{place}: expected {claim}, got {}", short(got)));
    match claim {
        Value::String(any) if any == "$any" => match got {
            Value::Null => differs(),
            _ => None,
        },
        Value::Object(members) => {
            if let Some((operator, operand)) = operator(claim) {
                return match operate(operator, operand, got) {
                    true => None,
                    false => differs(),
                };
            }
            let Value::Object(found) = got else {
                return differs();
            };
            members.iter().find_map(|(name, claim)| {
                let got = found.get(name).unwrap_or(&Value::Null);
                mismatch(claim, got, &format!("{place}.{name}"))
            })
        }
        Value::Array(claims) => match got {
            Value::Array(found) if found.len() == claims.len() => claims
                .iter()
                .zip(found)
                .enumerate()
                .find_map(|(i, (claim, got))| mismatch(claim, got, &format!("{place}[{i}]"))),
            _ => differs(),
        },
        _ if claim == got => None,
        _ => differs(),
    }
}

fn operator(claim: &Value) -> Option<(&str, &Value)> {
    let members = claim.as_object()?;
    let (name, operand) = members.iter().next()?;
    (members.len() == 1 && name.starts_with('$')).then_some((name, operand))
}

/// An unknown operator never holds.
fn operate(operator: &str, operand: &Value, got: &Value) -> bool {
    let holds = |claim: &Value| mismatch(claim, got, "").is_none();
    let listed = || operand.as_array().map(Vec::as_slice).unwrap_or_default();
    match operator {
        "$contains" => !listed().is_empty() && listed().iter().all(|part| contains(got, part)),
        "$lacks" => {
            (got.is_array() || got.is_string()) && !listed().iter().any(|part| contains(got, part))
        }
        "$one_of" => listed().iter().any(holds),
        "$min" => got.as_f64() >= operand.as_f64() && got.is_number(),
        _ => false,
    }
}

fn contains(got: &Value, part: &Value) -> bool {
    match (got, part) {
        (Value::Array(found), part) => found.iter().any(|one| mismatch(part, one, "").is_none()),
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        _ => false,
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(600) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(claim: Value, got: Value) -> bool {
        mismatch(&claim, &got, "x").is_none()
    }

    #[test]
    fn a_subset_holds_and_a_list_is_whole() {
        assert!(holds(json!({"a": 1}), json!({"a": 1, "b": 2})));
        assert!(!holds(json!({"a": 1}), json!({"b": 2})));
        assert!(holds(json!({"a": null}), json!({"b": 2})));
        assert!(holds(json!([1, "$any"]), json!([1, {"x": 1}])));
        assert!(!holds(json!([1]), json!([1, 2])));
        assert!(!holds(json!({"a": "$any"}), json!({"a": null})));
    }

    #[test]
    fn operators_mean_what_they_say() {
        assert!(holds(json!({"$contains": ["ell", "o"]}), json!("hello")));
        assert!(!holds(json!({"$contains": ["ell", "x"]}), json!("hello")));
        assert!(holds(
            json!({"$contains": [["a", "b"]]}),
            json!([["c", "d"], ["a", "b"]])
        ));
        assert!(holds(
            json!({"$lacks": [["a", "$any"]]}),
            json!([["c", "d"]])
        ));
        assert!(!holds(
            json!({"$lacks": [["a", "$any"]]}),
            json!([["a", "d"]])
        ));
        assert!(!holds(json!({"$lacks": ["a"]}), json!(null)));
        assert!(holds(json!({"$min": 3}), json!(3.5)));
        assert!(!holds(json!({"$min": 3}), json!(null)));
        assert!(holds(json!({"$one_of": ["a", "b"]}), json!("b")));
        assert!(!holds(json!({"$unknown": 1}), json!("b")));
    }

    #[test]
    fn a_mismatch_names_its_place() {
        let said = mismatch(&json!({"a": [{"b": 1}]}), &json!({"a": [{"b": 2}]}), "body");
        assert_eq!(said.as_deref(), Some("body.a[0].b: expected 1, got 2"));
    }
}
