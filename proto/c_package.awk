# Adds the C package name to a copy of a .proto file (see CMakeLists.txt).
{ print }
/^syntax/  { print "import \"protobuf-c/protobuf-c.proto\";" }
/^package/ { print "option (pb_c_file).c_package = \"" p "\";" }
