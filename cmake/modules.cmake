# wbsim_module(NAME FOLDER [LINKS public...] [PRIVATE private...])
# All .c files of FOLDER (not below it) become the static library NAME.
function(wbsim_module name folder)
	cmake_parse_arguments(arg "" "" "LINKS;PRIVATE" ${ARGN})
	file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.c)
	list(FILTER sources EXCLUDE REGEX "/sim/cli/main\\.c$")
	add_library(${name} STATIC ${sources})
	target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
	target_link_libraries(${name} PUBLIC ${arg_LINKS}
		PRIVATE ${arg_PRIVATE} wbsim_flags)
	set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C
		WBSIM_FOLDER ${folder})
	set_property(GLOBAL APPEND PROPERTY WBSIM_MODULES ${name})
endfunction()

# wbsim_add_design(TARGET FILE) - the design wb_design_NAME of FILE NAME.c enters
# the table models/run/designs.c, which TARGET compiles (docs/add-a-design.md)
function(wbsim_add_design target file)
	get_filename_component(path ${file} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
	get_filename_component(name ${file} NAME_WE)
	target_sources(${target} PRIVATE ${path})
	target_compile_definitions(${target} PRIVATE
		WBSIM_EXTRA_DESIGN=wb_design_${name})
endfunction()

# wbsim_add_filesystem(TARGET FILE) - the file system wb_filesystem_NAME of FILE
# NAME.c enters the tables of models/run/filesystems.c and experiment.c, which
# TARGET compiles (docs/add-a-filesystem.md)
function(wbsim_add_filesystem target file)
	get_filename_component(path ${file} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
	get_filename_component(name ${file} NAME_WE)
	target_sources(${target} PRIVATE ${path})
	target_compile_definitions(${target} PRIVATE
		WBSIM_EXTRA_FILESYSTEM=wb_filesystem_${name}
		WBSIM_EXTRA_FILESYSTEM_NAME="${name}")
endfunction()
