# Reads layers.txt and then C files; prints every include that its folder may not have.
# File names are relative to the top of the tree. -v edges=1 prints "folder folder" pairs for tsort instead.
BEGIN {
  n = split("assert ctype errno float inttypes limits locale math setjmp signal stdalign stdarg stdatomic stdbool " \
            "stddef stdint stdio stdlib stdnoreturn string time wchar wctype uchar " \
            "arpa/ dirent endian fcntl fnmatch getopt glob grp ifaddrs langinfo libgen libintl linux/ netdb net/ " \
            "netinet/ poll pthread pwd regex sched search semaphore spawn strings sys/ syslog termios unistd", words, " ")
  for (i = 1; i <= n; i++)
    libc[words[i]] = 1
}
FILENAME ~ /layers\.txt$/ {
  sub(/#.*/, "")
  if (NF == 0)
    next
  folder = $1
  sub(/:$/, "", folder)
  folders[++count] = folder
  allowed[folder] = " " folder " "
  for (i = 2; i <= NF; i++) {
    allowed[folder] = allowed[folder] $i " "
    if (edges && $i !~ /^</)
      print folder, $i
  }
  next
}
edges { exit }
/^[ \t]*#[ \t]*include[ \t]/ {
  file = FILENAME
  home = layer_of(file)
  if (home == "") {
    fault("its folder is not in layers.txt")
    next
  }
  what = $0
  sub(/^[ \t]*#[ \t]*include[ \t]*/, "", what)
  if (what ~ /^"/) {
    sub(/^"/, "", what)
    sub(/".*/, "", what)
    to = what ~ /^proto\// ? "proto" : layer_of(what)
    if (to == "")
      fault("\"" what "\" is not written from the top of the tree")
    else if (index(allowed[home], " " to " ") == 0)
      fault(home " may not include " to " (\"" what "\")")
  } else {
    sub(/^</, "", what)
    sub(/>.*/, "", what)
    if (!is_libc(what) && !is_granted(home, what))
      fault(home " may not include <" what ">")
  }
}
END { exit bad }

function fault(text) {
  printf "%s:%d: %s\n", file, FNR, text
  bad = 1
}
# The longest folder of the table that the file lies in.
function layer_of(path, i, best) {
  best = ""
  for (i = 1; i <= count; i++)
    if (index(path, folders[i] "/") == 1 && length(folders[i]) > length(best))
      best = folders[i]
  return best
}
function is_libc(header, stem, dir) {
  stem = header
  sub(/\.h$/, "", stem)
  dir = header
  sub(/\/.*/, "/", dir)
  return (stem in libc) || (dir in libc)
}
# "<zmq" grants <zmq.h> and <zmq/...>, never <zmq_utils.h>.
function is_granted(home, header, parts, n, i, word) {
  n = split(allowed[home], parts, " ")
  for (i = 1; i <= n; i++) {
    word = parts[i]
    if (word !~ /^</)
      continue
    word = substr(word, 2)
    if (header == word ".h" || index(header, word "/") == 1)
      return 1
  }
  return 0
}
