#!/usr/bin/env bash
# Checks an isnad bundle offline. Needs bash 4.4, OpenSSL 3 (openssl), sha256sum, xxd, and cat, cut, tr, wc.
#
#   bash verify.sh 'VKEY [VKEY…]' [DIR [CAFILE]]        DIR: the unpacked bundle; default: the folder we are in
#
# VKEY is a verifier key of the log, from a place that is not the bundle; a log that changed its key has several. CAFILE
# holds the certificates of time-stamping authorities that you believe, as PEM. Exit status: 0 verified, 1 something does
# not hold, 2 could not tell (no key, a program is missing). The bytes are stated in docs/format.md of isnad.
set -uo pipefail
export LC_ALL=C
shopt -s globstar dotglob nullglob

usage="usage: bash verify.sh 'VKEY [VKEY…]' [DIR [CAFILE]]"
case ${1-} in -h | --help) echo "$usage"; exit 2 ;; esac
vkey=${1-}
dir=${2-.}
ca=${3-}

failures=0
unknowns=0
vouched=0
why=
held() { printf 'ok       %s\n' "$1"; }
failed() { printf 'FAILED   %s: %s\n' "$1" "${why:-it does not hold}"; failures=$((failures + 1)); }
unknown() { printf 'unknown  %s\n' "$1"; unknowns=$((unknowns + 1)); }
# check WHAT COMMAND…: says whether it holds.
check() { local what=$1; shift; why=; if "$@"; then held "$what"; else failed "$what"; return 1; fi; }
no() { why=$1; return 1; }

finish() {
  if ((failures)); then
    echo "NOT VERIFIED: $failures checks failed. Do not rely on this bundle."
    exit 1
  fi
  # Whatever went wrong in this program: without a signature that held nothing is verified.
  if ((unknowns || !vouched)); then
    echo "COULD NOT TELL: all that was looked at fits together; see the lines that begin with unknown."
    exit 2
  fi
  echo "VERIFIED: the log whose key you gave has this, and every byte here is what it names."
  echo "Not proven by it: that the outlet published this, and when. See README.txt."
  exit 0
}
give_up() { unknown "$1"; finish; }

((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || give_up "this needs bash 4.4 or newer; verify.py and verify.html do not"
for program in openssl sha256sum xxd cat cut tr wc mktemp; do
  command -v "$program" >/dev/null || give_up "this needs the program $program; verify.py and verify.html do not"
done
scratch=$(mktemp -d) || give_up "no scratch folder could be made"
trap 'rm -rf "$scratch"' EXIT

# ------------------------------------------------------------------------------------------------------ bytes and hashes

sha() { sha256sum <"$1" | cut -d ' ' -f 1; }
sha_text() { printf '%s' "$1" | sha256sum | cut -d ' ' -f 1; }
sha_hex() { printf '%s' "$1" | xxd -r -p | sha256sum | cut -d ' ' -f 1; }
length() { local bytes; bytes=$(wc -c <"$1"); printf '%s' "${bytes//[[:space:]]/}"; }
hex_of() { xxd -p "$1" | tr -d '\n'; }

# Standard base64 in its only spelling, into $hex.
unbase64() {
  hex=
  [[ $1 =~ ^[A-Za-z0-9+/]+=?=?$ ]] || return 1
  hex=$(printf '%s\n' "$1" | openssl base64 -d -A 2>/dev/null | xxd -p | tr -d '\n') || return 1
  [[ -n $hex && $(printf '%s' "$hex" | xxd -r -p | openssl base64 -A) == "$1" ]]
}

# Whether bytes given in hexadecimal are UTF-8 without controls; line feeds may be allowed.
is_text() {
  local hex=$1 allowed=${2-} at byte more=0 low=80 high=bf
  for ((at = 0; at < ${#hex}; at += 2)); do
    byte=${hex:at:2}
    if ((more)); then
      [[ $byte < $low || $byte > $high ]] && return 1
      more=$((more - 1)) low=80 high=bf
      continue
    fi
    case $byte in
      [01]?) [[ $byte == "$allowed" ]] || return 1 ;;
      [2-7]?) ;;
      c[2-9a-f] | d?) more=1 ;;
      e0) more=2 low=a0 ;;
      ed) more=2 high=9f ;;
      e?) more=2 ;;
      f0) more=3 low=90 ;;
      f[123]) more=3 ;;
      f4) more=3 high=8f ;;
      *) return 1 ;;
    esac
  done
  ((more == 0))
}

# ------------------------------------------------------------------------------------------------------------------ key

# Points for which anybody can sign, and other spellings of points.
is_weak() {
  case $1 in
    01000000000000000000000000000000000000000000000000000000000000[08]0 | 00000000000000000000000000000000000000000000000000000000000000[08]0 | e[c-f]ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff[7f]f | f?ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff[7f]f | \
    26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc[08]5 | \
    c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03[7f]a) return 0 ;;
  esac
  return 1
}

# signed_with PUBLIC SIGNATURE FILE, both in hexadecimal.
signed_with() {
  [[ ${#2} == 128 ]] || return 1
  is_weak "${2:0:64}" && return 1
  printf '%s' "302a300506032b6570032100$1" | xxd -r -p >"$scratch/public"
  printf '%s' "$2" | xxd -r -p >"$scratch/signature"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$scratch/public" -rawin -in "$3" -sigfile "$scratch/signature" \
    >/dev/null 2>&1
}

# The example of c2sp.org/signed-note must hold, and not with another byte; else this openssl cannot tell.
printf 'This is an example message.\n' >"$scratch/example"
unbase64 'AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
public=${hex:2}
unbase64 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='
signed_with "$public" "${hex:8}" "$scratch/example" || give_up "this openssl cannot check Ed25519; it must be OpenSSL 3"
printf 'this is an example message.\n' >"$scratch/example"
signed_with "$public" "${hex:8}" "$scratch/example" && give_up "this openssl accepts any signature"

# Whether a text is the name of a key: no plus sign, no white space, no controls.
is_name() {
  local space low=$'*[\001- \177+]*'
  [[ -n $1 && $1 != $low ]] || return 1
  # U+0080–00A0 U+1680 U+2000–200A U+2028 U+2029 U+202F U+205F U+3000
  local spaces=($'\302[\200-\240]' $'\341\232\200' $'\342\200[\200-\212\250\251\257]' $'\342\201\237' $'\343\200\200')
  for space in "${spaces[@]}"; do
    [[ $1 == *$space* ]] && return 1
  done
  return 0
}

# The keys given, in their order: name, id, public key.
key_names=() key_ids=() keys=()
read_key() {
  local vkey=$1 key_name key_id key rest id
  key_name=${vkey%%+*} rest=${vkey#*+}
  key_id=${rest%%+*} rest=${rest#*+}
  if ! unbase64 "$rest" || [[ ${#hex} != 66 || ${hex:0:2} != 01 || ! $key_id =~ ^[0-9a-f]{8}$ ]] || ! is_name "$key_name"; then
    give_up 'the key is not <name>+<8 hex digits>+<base64> of an Ed25519 key; copy all of it'
  fi
  key=${hex:2}
  is_weak "$key" && give_up 'the key is not a sound Ed25519 public key'
  id=$({ printf '%s\n' "$key_name"; printf '%s' "$hex" | xxd -r -p; } | sha256sum | cut -c 1-8)
  [[ $id == "$key_id" ]] || give_up "the key's id does not belong to its name and bytes: one of them was changed or mistyped"
  key_names+=("$key_name") key_ids+=("$key_id") keys+=("$key")
}
read -r -d '' -a given <<<"$vkey" || true
for one in "${given[@]}"; do read_key "$one"; done
if [[ -n $ca ]]; then
  [[ -f $ca ]] || give_up "$ca: there is no such file of certificates"
  [[ $ca == /* ]] || ca=$PWD/$ca
fi

# ----------------------------------------------------------------------------------------------------------------- head

declare -a signatures
origin= size= root= text=

# Reads a checkpoint: a note of three lines or more with signature lines under it.
parse_head() {
  local note line name lines
  (($(length "$1") <= 1000000)) || no 'it is longer than a note may be' || return
  is_text "$(hex_of "$1")" 0a || no 'it is not text in UTF-8' || return
  note=$(cat "$1"; printf x) note=${note%x}
  [[ $note == *$'\n\n'* ]] || no 'it has no blank line between text and signatures' || return
  text=${note%$'\n\n'*}$'\n' lines=${note##*$'\n\n'}
  [[ $lines == *$'\n' ]] || no 'it does not end with a signature line' || return
  signatures=()
  while IFS= read -r line; do
    [[ $line == '— '*' '* ]] || no 'a line under it is no signature line' || return
    line=${line#'— '} name=${line%% *}
    is_name "$name" || no 'a line under it is no signature line' || return
    unbase64 "${line#* }" && ((${#hex} > 8)) || no 'a signature is not in canonical base64' || return
    signatures+=("$name ${hex:0:8} ${hex:8}")
  done <<<"${lines%$'\n'}"
  ((${#signatures[@]} <= 100)) || no 'it has more than 100 signatures' || return
  mapfile -t lines <<<"${text%$'\n'}"
  ((${#lines[@]} >= 3)) || no 'it is no checkpoint: origin, size and root are three lines' || return
  for line in "${lines[@]}"; do [[ -n $line ]] || no 'a line of it is empty' || return; done
  origin=${lines[0]} size=${lines[1]}
  [[ $size =~ ^(0|[1-9][0-9]{0,17})$ ]] || no 'its size is not a decimal number of at most 18 digits' || return
  unbase64 "${lines[2]}" && ((${#hex} == 64)) || no 'its root is not 32 bytes in canonical base64' || return
  root=$hex
  [[ $size != 0 || $root == e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 ]] ||
    no 'it is a head without entries, with a root'
}

# Every signature under the head that says to be by a key given must be; one key that is named as the log must have
# signed. Leaves in $known whether any says so, in $claimed who does.
signed_by_key() {
  local line at mine=0
  known=0 claimed=
  printf '%s' "$text" >"$scratch/text"
  for line in "${signatures[@]}"; do
    claimed+=" ${line% *}"
    for ((at = 0; at < ${#keys[@]}; at++)); do
      [[ ${line% *} == "${key_names[at]} ${key_ids[at]}" ]] || continue
      known=1
      signed_with "${keys[at]}" "${line##* }" "$scratch/text" ||
        no 'a signature under the head is not by the key given' || return
      [[ $origin == "${key_names[at]}" ]] && mine=1
      break
    done
  done
  ((known)) || no "no key given has signed; those that claim to have:$claimed" || return
  ((mine)) || no 'the key given is that of another log than this head'
}

# proves PROOF HEAD ENTRY: the proof leads from the entry to the head that was parsed last.
proves() {
  local proof head lines index node at last line
  proof=$(cat "$1" 2>/dev/null | tr -d '\000'; printf x) head=${proof%%$'\n\n'*}
  [[ $({ printf '%s\n\n' "$head"; cat "$2"; } | sha256sum) == "$(sha256sum <"$1")" ]] ||
    no 'the proof leads to another checkpoint than the one here' || return
  mapfile -t lines <<<"$head"
  [[ ${lines[0]} == c2sp.org/tlog-proof@v1 ]] || no 'the proof does not begin as one' || return
  index=${lines[1]-}
  [[ $index =~ ^index\ (0|[1-9][0-9]{0,17})$ ]] || no 'the proof has no index where it belongs' || return
  index=${index#index }
  ((index < size)) || no 'the proof is for an entry that the log does not have' || return
  node=$(printf '\x00%s' "$3" | sha256sum | cut -d ' ' -f 1) at=$index last=$((size - 1))
  for line in "${lines[@]:2}"; do
    unbase64 "$line" && ((${#hex} == 64)) || no 'a hash in the proof is not 32 bytes in canonical base64' || return
    ((last)) || no 'the proof is too long' || return
    if ((at & 1 || at == last)); then
      node=$(sha_hex "01$hex$node")
      while ((!(at & 1) && at)); do at=$((at >> 1)) last=$((last >> 1)); done
    else
      node=$(sha_hex "01$node$hex")
    fi
    at=$((at >> 1)) last=$((last >> 1))
  done
  ((last == 0)) || no 'the proof is too short' || return
  [[ $node == "$root" ]] || no 'the proof does not lead to the root of the head'
}

# -------------------------------------------------------------------------------------------------------------- records

declare -A at
rest=

# Takes a string from the front of $rest into $token, as it is written, without its marks.
json_string() {
  local part
  token=
  [[ ${rest:0:1} == '"' ]] || return 1
  rest=${rest:1}
  while :; do
    part=${rest%%[\"\\]*}
    [[ $part != "$rest" ]] || return 1
    token+=$part rest=${rest:${#part}}
    [[ ${rest:0:1} == '"' ]] && { rest=${rest:1}; return 0; }
    case $rest in
      '\'[\"\\bfnrt]*) token+=${rest:0:2} rest=${rest:2} ;;
      '\u000'[0-7be-f]* | '\u001'[0-9a-f]*) token+=${rest:0:6} rest=${rest:6} ;;
      *) return 1 ;;
    esac
  done
}

# Takes a value from the front of $rest, in the only spelling that it has; notes what stands where in $at.
json_value() {
  local path=$1 depth=$2 count=0 key last=
  ((depth <= 16)) || return 1
  case ${rest:0:1} in
    '{')
      at[$path]='{' rest=${rest:1}
      [[ ${rest:0:1} == '}' ]] && { rest=${rest:1}; return 0; }
      while json_string; do
        key=$token
        [[ $key =~ ^[A-Za-z0-9_-]+$ && $last < $key && ${rest:0:1} == : ]] || return 1
        last=$key rest=${rest:1}
        json_value "$path.$key" $((depth + 1)) || return 1
        case ${rest:0:1} in
          ,) rest=${rest:1} ;;
          '}') rest=${rest:1}; return 0 ;;
          *) return 1 ;;
        esac
      done
      return 1
      ;;
    '[')
      at[$path]='[' rest=${rest:1}
      at[$path,n]=0
      [[ ${rest:0:1} == ']' ]] && { rest=${rest:1}; return 0; }
      while :; do
        json_value "$path.$count" $((depth + 1)) || return 1
        count=$((count + 1))
        at[$path,n]=$count
        case ${rest:0:1} in
          ,) rest=${rest:1} ;;
          ']') rest=${rest:1}; return 0 ;;
          *) return 1 ;;
        esac
      done
      ;;
    '"') json_string || return 1; at[$path]="\"$token" ;;
    *)
      [[ $rest =~ ^(true|false|null|0|-?[1-9][0-9]{0,15}) ]] || return 1
      token=${BASH_REMATCH[1]}
      [[ $token == [tfn]* ]] || ((${token#-} <= 9007199254740991)) || return 1
      at[$path]=$token rest=${rest:${#token}}
      ;;
  esac
}

is_digest() { [[ ${at[$1]-} =~ ^\"[0-9a-f]{64}$ ]]; }
is_count() { [[ ${at[$1]-} =~ ^[0-9]+$ ]]; }

# Reads a record of this kind into $at.
parse_record() {
  local file=$1 kind=$2 number
  at=()
  (($(length "$file") <= 16384)) || no 'it is longer than a record may be' || return
  is_text "$(hex_of "$file")" || no 'it is not JSON in canonical form' || return
  rest=$(cat "$file")
  json_value r 0 && [[ -z $rest && ${at[r]} == '{' ]] || no 'it is not JSON in canonical form' || return
  [[ ${at[r.kind]-} == "\"$kind" && ${at[r.v]-} == 1 ]] || no "it is no $kind record of version 1" || return
  if [[ $kind == capture ]]; then
    is_digest r.payload.sha256 && is_count r.payload.bytes || no 'it names no payload' || return
    [[ ${at[r.attachments]-} == '[' ]] || no 'it has no list of attachments' || return
    for ((number = 0; number < ${at[r.attachments,n]}; number++)); do
      is_digest "r.attachments.$number.sha256" || no 'an attachment has no digest' || return
    done
  else
    is_digest r.capture && is_digest r.blocks || no 'it names no capture or no blocks' || return
    [[ ${at[r.article]-} == null ]] || { is_digest r.article.sha256 && is_count r.article.bytes; } ||
      no 'it says nothing of an article'
  fi
}

# ------------------------------------------------------------------------------------------------------ files of a bundle

# What a file is, by its name, into $is; false where bundles have no such file.
what_is() {
  local name=$1 number='[1-9][0-9]{0,3}'
  is=
  case $name in
    README.txt) is=readme ;; audit.json) is=audit ;; checkpoint) is=checkpoint ;; payload.bin) is=payload ;;
    verify.html | verify.py | verify.sh) is=verifier ;;
  esac
  [[ $name =~ ^attachments/$number\.bin$ ]] && is=attachment
  [[ $name =~ ^stamps/$number\.checkpoint$ ]] && is=stamped-checkpoint
  [[ $name =~ ^stamps/$number\.tlog-proof$ ]] && is=stamp-proof
  [[ $name =~ ^stamps/$number\.tsr$ ]] && is=stamp-response
  [[ $name =~ ^evidence/$number/block-$number\.txt$ ]] && is=block
  [[ $name =~ ^evidence/$number/[^/]+$ ]] && name=${name##*/}
  case $name in
    article.txt) is=text ;; blocks.txt) is=block-list ;;
    capture.json) is=capture-record ;; capture.leaf) is=capture-leaf ;; citation.tlog-proof) is=capture-proof ;;
    reading.json) is=reading-record ;; reading.leaf) is=reading-leaf ;; reading.tlog-proof) is=reading-proof ;;
  esac
  [[ -n $is ]]
}

# How many files are named BEFORE1AFTER, BEFORE2AFTER and so on.
count() { local number=0; while [[ -f $1$((number + 1))$2 ]]; do number=$((number + 1)); done; printf '%s' "$number"; }

# Only files of the layout are there, none is missing, and the manifest is theirs.
shape() {
  local name files=0 expected=6 manifest= comma= folder number wanted
  for name in README.txt checkpoint manifest.json verify.html verify.py verify.sh; do
    [[ -f $name ]] || no "$name is missing" || return
  done
  for name in **; do
    [[ ! -L $name ]] || no "$name: a bundle has no links" || return
    if [[ -d $name ]]; then
      [[ $name =~ ^(attachments|stamps|evidence|evidence/[1-9][0-9]{0,3})$ ]] || no "$name: a bundle has no such folder" || return
      continue
    fi
    files=$((files + 1))
    [[ -f $name && $name == manifest.json ]] && continue
    [[ -f $name ]] && what_is "$name" || no "$name: a bundle has no such file" || return
    manifest+="$comma{\"bytes\":$(length "$name"),\"is\":\"$is\",\"name\":\"$name\",\"sha256\":\"$(sha "$name")\"}"
    comma=,
  done
  folders=('')
  if [[ -f audit.json ]]; then
    expected=7 folders=()
    for ((number = 1; number <= $(count evidence/ /capture.json); number++)); do folders+=("evidence/$number/"); done
  else
    expected=$((expected + 1 + $(count attachments/ .bin)))
    [[ -f payload.bin ]] || no 'payload.bin is missing' || return
  fi
  for folder in "${folders[@]}"; do
    wanted="capture.json capture.leaf citation.tlog-proof"
    [[ -f ${folder}reading.json ]] && wanted+=" reading.json reading.leaf reading.tlog-proof blocks.txt"
    for name in $wanted; do
      [[ -f $folder$name ]] || no "$folder$name is missing" || return
      expected=$((expected + 1))
    done
    [[ -f ${folder}reading.json && -f ${folder}article.txt ]] && expected=$((expected + 1))
    [[ -f audit.json ]] && expected=$((expected + $(count "${folder}block-" .txt)))
  done
  for ((number = 1; number <= $(count stamps/ .checkpoint); number++)); do
    expected=$((expected + 3))
    [[ -f stamps/$number.tlog-proof && -f stamps/$number.tsr ]] || no "stamp $number is not whole" || return
  done
  ((expected == files)) || no "$files files, of which $expected belong together" || return
  manifest="{\"files\":[$manifest],\"kind\":\"isnad-bundle\",\"v\":1}"
  [[ $(sha_text "$manifest") == "$(sha manifest.json)" ]] || no 'manifest.json is not that of the files here'
}

# ----------------------------------------------------------------------------------------------------------- the checks

# logged KIND PROOF: the record is named by its leaf, and the log has it.
logged() {
  local entry
  entry="isnad/v1 $1 $(sha "$folder$1.json")"$'\n'
  [[ $(sha_text "$entry") == "$(sha "$folder$1.leaf")" ]] || no "$1.leaf is not the entry of this record" || return
  proves "$folder$2" checkpoint "$entry"
}

payload() {
  [[ ${at[r.payload.sha256]} == "\"$(sha payload.bin)" ]] || no 'the capture record names another payload' || return
  [[ ${at[r.payload.bytes]} == "$(length payload.bin)" ]] || no 'the capture record states another length'
}

attachments() {
  local number
  [[ ${at[r.attachments,n]} == "$(count attachments/ .bin)" ]] || no 'the capture record names other attachments' || return
  for ((number = 0; number < ${at[r.attachments,n]}; number++)); do
    [[ ${at[r.attachments.$number.sha256]} == "\"$(sha "attachments/$((number + 1)).bin")" ]] ||
      no 'the capture record names other attachments' || return
  done
}

reading() {
  parse_record "${folder}reading.json" reading || return
  [[ ${at[r.capture]} == "\"$(sha "${folder}capture.json")" ]] || no 'it reads another capture than the one here'
}

declare -a listed hashed

# Reads the list of blocks: all into $listed, those of the text in its order into $hashed.
block_list() {
  local lines line title= roles='^(title|subhead|body|tweet|byline|caption|furniture) ([0-9a-f]{64})$'
  [[ ${at[r.blocks]} == "\"$(sha "${folder}blocks.txt")" ]] ||
    no 'blocks.txt is not the list that the reading record states' || return
  listed=() hashed=()
  [[ -s ${folder}blocks.txt ]] || return 0
  is_text "$(hex_of "${folder}blocks.txt")" 0a || no 'the list of blocks is not text' || return
  mapfile -t lines <"${folder}blocks.txt"
  [[ $(printf '%s\n' "${lines[@]}" | sha256sum) == "$(sha256sum <"${folder}blocks.txt")" ]] ||
    no 'the list of blocks ends inside a line' || return
  for line in "${lines[@]}"; do
    [[ $line =~ $roles ]] || no 'a line of the list of blocks is no role and block' || return
    listed+=("${BASH_REMATCH[2]}")
    case ${BASH_REMATCH[1]} in
      title) [[ -n $title ]] || { title=${BASH_REMATCH[2]} hashed=("$title" "${hashed[@]}"); } ;;
      subhead | body | tweet) hashed+=("${BASH_REMATCH[2]}") ;;
    esac
  done
}

# The text is its hashed blocks, title first, joined by two line feeds, with one at the end.
article() {
  local file=${folder}article.txt lines number=0 found
  if [[ ${at[r.article]} == null ]]; then
    [[ ! -f $file ]] || no 'the reading record states no article'
    return
  fi
  [[ -f $file ]] || no 'article.txt is missing' || return
  [[ ${at[r.article.sha256]} == "\"$(sha "$file")" ]] || no 'the reading record states another text' || return
  [[ ${at[r.article.bytes]} == "$(length "$file")" ]] || no 'the reading record states another length' || return
  mapfile -t lines < <(tr -d '\000' <"$file")
  [[ $(printf '%s\n' "${lines[@]}" | sha256sum) == "$(sha256sum <"$file")" ]] ||
    no 'the text does not end with a line feed' || return
  mkdir -p "$scratch/blocks"
  rm -f "$scratch"/blocks/*
  ((${#lines[@]} % 2)) || no 'the text is not made of the blocks that the reading lists' || return
  for ((number = 0; number < ${#lines[@]}; number++)); do
    if ((number % 2)); then
      [[ -z ${lines[number]} ]] || no 'a block of the text has a line break' || return
    else
      [[ -n ${lines[number]} ]] || no 'a block of the text is empty' || return
      printf '%s' "${lines[number]}" >"$scratch/blocks/$(printf '%07d' "$number")"
    fi
  done
  found=$(sha256sum "$scratch"/blocks/* | cut -d ' ' -f 1)
  [[ ${found//$'\n'/ } == "${hashed[*]}" ]] || no 'the text is not made of the blocks that the reading lists'
}

on_page() {
  local block id
  block=$(sha "$1")
  for id in "${listed[@]}"; do [[ $id == "$block" ]] && return 0; done
  no 'the reading lists no such block'
}

# One capture with what was read in it.
evidence() {
  local number
  if check "${folder}capture record $(sha "${folder}capture.json")" parse_record "${folder}capture.json" capture && [[ -z $folder ]]; then
    check 'payload.bin is what was captured' payload
    check 'the attachments are those of the capture' attachments
  fi
  check 'the log has the capture record' logged capture citation.tlog-proof
  [[ -f ${folder}reading.json ]] || return
  check 'the log has the reading record' logged reading reading.tlog-proof
  check "reading record $(sha "${folder}reading.json")" reading || return
  check 'blocks.txt is the page as it was read' block_list || return
  check "article.txt is the text that the reading names" article
  for ((number = 1; number <= $(count "${folder}block-" .txt); number++)); do
    check "${folder}block-$number.txt is on the page" on_page "${folder}block-$number.txt"
  done
}

# pss_authority STAMP HEAD CERTIFICATES OPTION...: the same for a signature with RSA-PSS, which `openssl ts` knows only where
# the key is for nothing else. What is signed must begin with version 1, a policy, and the SHA-256 of the head.
pss_authority() {
  local file=$1 head=$2 believed=$3 info
  shift 3
  [[ $(hex_of "$file") == *06092a864886f70d01010a* ]] || return
  openssl cms -verify -cades -binary -inform DER -in "$scratch/token" -CAfile "$believed" -purpose timestampsign "$@" \
    -out "$scratch/info" >/dev/null 2>&1 || return
  info=$(hex_of "$scratch/info")
  [[ $info =~ ^30([0-7].|81..|82....)02010106([0-7].) ]] || return
  info=${info:${#BASH_REMATCH[0]}+2*16#${BASH_REMATCH[2]}}
  [[ $info =~ ^(3031300d06096086480165030402010500|302f300b0609608648016503040201)0420(.{64}) ]] || return
  [[ ${BASH_REMATCH[2]} == "$(sha "$head")" ]]
}

# authority NUMBER: the signature of a stamp holds at its own time, and it is on this head. Up to the certificates in $ca,
# or up to the one that the stamp brings along.
authority() {
  local file=stamps/$1.tsr believed=$ca line second options=() head size
  stamped_at=
  # One element of DER and nothing behind it, which openssl would pass over.
  head=$(xxd -p -l 5 "$file") size=0
  case $head in
    30[0-7]*) size=$((2 + 16#${head:2:2})) ;;
    3081*) size=$((3 + 16#${head:4:2})) ;;
    3082*) size=$((4 + 16#${head:4:4})) ;;
    3083*) size=$((5 + 16#${head:4:6})) ;;
  esac
  [[ $(length "$file") == "$size" ]] || no 'it is no time stamp' || return
  while IFS= read -r line; do
    [[ $line == 'Time stamp: '* ]] && stamped_at=${line#Time stamp: }
  done < <(openssl ts -reply -in "$file" -text 2>/dev/null)
  [[ -n $stamped_at ]] || no 'it is no time stamp, or the authority gave none' || return
  # A certificate that has run out since still vouches for what it stamped.
  second=$(date -u -d "$stamped_at" +%s 2>/dev/null || date -j -u -f '%b %d %T %Y %Z' "$stamped_at" +%s 2>/dev/null) &&
    options=(-attime "$second")
  openssl ts -reply -in "$file" -token_out -out "$scratch/token" 2>/dev/null ||
    no 'it is no time stamp, or the authority gave none' || return
  if [[ -z $ca ]]; then
    openssl pkcs7 -inform DER -in "$scratch/token" -print_certs -out "$scratch/certificates" 2>/dev/null ||
      no 'the stamp brings no certificate along' || return
    believed=$scratch/certificates options+=(-partial_chain)
  fi
  openssl ts -verify -in "$file" -data "stamps/$1.checkpoint" -CAfile "$believed" "${options[@]}" >/dev/null 2>&1 && return
  pss_authority "$file" "stamps/$1.checkpoint" "$believed" "${options[@]}" && return
  [[ -z $ca ]] || no 'openssl ts -verify: no certificate that you believe stands behind it, or it was changed' || return
  no 'openssl ts -verify: it is not on this head, or not signed by the certificate in it'
}

stamp() {
  local newest=$origin
  parse_head "stamps/$1.checkpoint" || return
  [[ $origin == "$newest" ]] || no 'it is of another log' || return
  [[ -f capture.json ]] || no 'stamps belong to one capture' || return
  proves "stamps/$1.tlog-proof" "stamps/$1.checkpoint" "isnad/v1 capture $(sha capture.json)"$'\n' || return
  authority "$1" || return
  ((${#keys[@]})) || return 0
  signed_by_key && return
  # A stamp that is older than the keys given: whose head it is on cannot be told.
  ((known)) || { stranger=$claimed; return 0; }
  return 1
}

cd -- "$dir" 2>/dev/null || give_up "$dir: there is no such folder; unpack the zip first (unzip BUNDLE.zip -d FOLDER)"
declare -a folders
folder=
check 'the bundle is whole, and nothing else is in it' shape || finish
check 'checkpoint is the head of a log' parse_head checkpoint || finish
for folder in "${folders[@]}"; do evidence; done
if [[ -f audit.json ]]; then
  unknown 'whether audit.json names only what is in the evidence: verify.py and verify.html look'
fi
if ((${#keys[@]})); then
  check "$origin signed the head of $size entries" signed_by_key && vouched=1
else
  unknown "who signed the head of $origin: no key was given. $usage"
fi
for ((stamped = 1; stamped <= $(count stamps/ .checkpoint); stamped++)); do
  stranger=
  if check "stamp $stamped is on a head that holds the capture record" stamp "$stamped"; then
    echo "         at $stamped_at"
    if [[ -n $ca ]]; then echo "         its chain leads to a certificate in $ca"
    else echo '         NOT checked: who issued its certificate. Give the authorities that you believe as CAFILE'; fi
    [[ -z $stranger ]] || unknown "who signed the head that was stamped: no key given has, but$stranger"
  fi
  parse_head checkpoint || finish
done
finish
