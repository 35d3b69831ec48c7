# Compiler flags of the project's own code, as one interface library.
add_library(wbsim_flags INTERFACE)
target_compile_options(wbsim_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wdouble-promotion -Wfloat-equal -Wformat=2 -Wstrict-prototypes
	-Wmissing-prototypes -Wundef -Wcast-qual -Wwrite-strings
	-Wpointer-arith -Wvla -Wswitch-enum -Wnull-dereference
	-fno-common -ffunction-sections)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
	target_compile_options(wbsim_flags INTERFACE -Wlogical-op
		-Wduplicated-cond -Wduplicated-branches -Wjump-misses-init)
endif()
if(WBSIM_WERROR)
	target_compile_options(wbsim_flags INTERFACE -Werror)
endif()
if(WBSIM_AUDIT)
	target_compile_definitions(wbsim_flags INTERFACE WBSIM_AUDIT)
endif()
if(WBSIM_BLOCK)
	target_compile_definitions(wbsim_flags INTERFACE WBSIM_BLOCK=1)
else()
	target_compile_definitions(wbsim_flags INTERFACE WBSIM_BLOCK=0)
endif()
target_compile_definitions(wbsim_flags INTERFACE _GNU_SOURCE)
