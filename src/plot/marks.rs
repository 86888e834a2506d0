//! Letters with marks of their own, made into the letters that fonts have.

/// A mark, the letters that it stands behind, and what they are with it: the Latin ones of Unicode's canonical composition
/// (Unicode Standard Annex #15).
const MARKED: [(char, &str, &str); 14] = [
    ('\u{0300}', "aeinouwyAEINOUWYâÂêÊôÔăĂơƠưƯ", "àèìǹòùẁỳÀÈÌǸÒÙẀỲầẦềỀồỒằẰờỜừỪ"),
    (
        '\u{0301}',
        "acegiklmnoprsuwyzACEGIKLMNOPRSUWYZâÂêÊôÔăĂơƠưƯ",
        "áćéǵíḱĺḿńóṕŕśúẃýźÁĆÉǴÍḰĹḾŃÓṔŔŚÚẂÝŹấẤếẾốỐắẮớỚứỨ",
    ),
    ('\u{0302}', "aceghijosuwyzACEGHIJOSUWYZạẠẹẸọỌ", "âĉêĝĥîĵôŝûŵŷẑÂĈÊĜĤÎĴÔŜÛŴŶẐậẬệỆộỘ"),
    ('\u{0303}', "aeinouvyAEINOUVYâÂêÊôÔăĂơƠưƯ", "ãẽĩñõũṽỹÃẼĨÑÕŨṼỸẫẪễỄỗỖẵẴỡỠữỮ"),
    ('\u{0304}', "aegiouyAEGIOUY", "āēḡīōūȳĀĒḠĪŌŪȲ"),
    ('\u{0306}', "aegiouAEGIOUạẠ", "ăĕğĭŏŭĂĔĞĬŎŬặẶ"),
    ('\u{0307}', "abcdefghmnoprstwxyzABCDEFGHIMNOPRSTWXYZ", "ȧḃċḋėḟġḣṁṅȯṗṙṡṫẇẋẏżȦḂĊḊĖḞĠḢİṀṄȮṖṘṠṪẆẊẎŻ"),
    ('\u{0308}', "aehiotuwxyAEHIOUWXY", "äëḧïöẗüẅẍÿÄËḦÏÖÜẄẌŸ"),
    ('\u{030A}', "auwyAU", "åůẘẙÅŮ"),
    ('\u{030B}', "ouOU", "őűŐŰ"),
    ('\u{030C}', "acdeghijklnorstuzACDEGHIKLNORSTUZ", "ǎčďěǧȟǐǰǩľňǒřšťǔžǍČĎĚǦȞǏǨĽŇǑŘŠŤǓŽ"),
    (
        '\u{0323}',
        "abdehiklmnorstuvwyzABDEHIKLMNORSTUVWYZâÂêÊôÔăĂơƠưƯ",
        "ạḅḍẹḥịḳḷṃṇọṛṣṭụṿẉỵẓẠḄḌẸḤỊḲḶṂṆỌṚṢṬỤṾẈỴẒậẬệỆộỘặẶợỢựỰ",
    ),
    ('\u{0327}', "cdeghklnrstCDEGHKLNRST", "çḑȩģḩķļņŗşţÇḐȨĢḨĶĻŅŖŞŢ"),
    ('\u{0328}', "aeiouAEIOU", "ąęįǫųĄĘĮǪŲ"),
];

/// The text with letters in the stead of a letter and a mark behind it; marks that make no letter are left out.
///
/// Files of some systems write é as e and a mark. A font draws marks beside letters, or not at all.
pub(super) fn composed(text: &str) -> String {
    let mut letters: Vec<char> = Vec::with_capacity(text.len());
    for c in text.chars() {
        if !('\u{0300}'..='\u{036F}').contains(&c) {
            letters.push(c);
        } else if let Some(last) = letters.last_mut()
            && let Some(letter) = marked(*last, c)
        {
            *last = letter;
        }
    }
    letters.into_iter().collect()
}

fn marked(letter: char, mark: char) -> Option<char> {
    let (_, without, with) = MARKED.iter().find(|(known, ..)| *known == mark)?;
    without.chars().zip(with.chars()).find(|(without, _)| *without == letter).map(|(_, with)| with)
}

#[cfg(test)]
mod tests {
    use super::{MARKED, composed};

    #[test]
    fn letters_and_marks_become_one() {
        assert_eq!(
            composed("e\u{301}te\u{301}, Go\u{308}del, Vie\u{323}\u{302}t, été"),
            "été, Gödel, Việt, été"
        );
        assert_eq!(composed("\u{301}x\u{301}\u{34F}"), "x");
        assert!(MARKED.iter().all(|(_, without, with)| without.chars().count() == with.chars().count()));
    }
}
