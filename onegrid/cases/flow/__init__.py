"""The flow (六步闭环): report, file, dispatch, handle, check, close."""
