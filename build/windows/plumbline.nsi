; The installer for Windows: for one person, without an administrator. build/release compiles it with
; VERSION, NUMERIC (four numbers), FILES (the folder to install) and OUT.
Unicode true
SetCompressor /SOLID lzma
SetDateSave off ; the times of files are none of the release's bytes
RequestExecutionLevel user
ManifestDPIAware true

!include MUI2.nsh
!include FileFunc.nsh

Name "Plumbline"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Plumbline"
InstallDirRegKey HKCU "Software\Plumbline" "folder"
BrandingText "Plumbline ${VERSION}"

VIProductVersion "${NUMERIC}"
VIAddVersionKey ProductName "Plumbline"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileDescription "Plumbline, installer"
VIAddVersionKey FileVersion "${NUMERIC}"
VIAddVersionKey LegalCopyright "The Plumbline authors, MIT License"

!define MUI_ICON icon.ico
!define MUI_UNICON icon.ico
!define MUI_FINISHPAGE_RUN "$INSTDIR\plumbline-desktop.exe"
!insertmacro MUI_PAGE_LICENSE "${FILES}/LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Plumbline"
; What Windows keeps of the WebView2 runtime: per machine on 64 bits, and per person.
!define WEBVIEW "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

Section "Plumbline"
  SetOutPath "$INSTDIR"
  File /r "${FILES}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Plumbline" "folder" "$INSTDIR"

  CreateShortcut "$SMPROGRAMS\Plumbline.lnk" "$INSTDIR\plumbline-desktop.exe"

  ; A double click opens NAME.plumb. NAME.plumb.db is left to open from the window or by drop: Windows sees only
  ; .db there, and .db belongs to others.
  WriteRegStr HKCU "Software\Classes\Plumbline.Evidence" "" "Plumbline evidence file"
  WriteRegStr HKCU "Software\Classes\Plumbline.Evidence\DefaultIcon" "" "$INSTDIR\plumbline-desktop.exe,1"
  WriteRegStr HKCU "Software\Classes\Plumbline.Evidence\shell\open\command" "" '"$INSTDIR\plumbline-desktop.exe" open "%1"'
  WriteRegStr HKCU "Software\Classes\.plumb" "" "Plumbline.Evidence"
  WriteRegStr HKCU "Software\Classes\.plumb" "Content Type" "application/vnd.plumbline.evidence"
  WriteRegNone HKCU "Software\Classes\.plumb\OpenWithProgids" "Plumbline.Evidence"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; associations have changed

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Plumbline"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\plumbline-desktop.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Plumbline authors"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0

  ; The window is drawn by WebView2, which Windows 11 and most of Windows 10 have. Nothing is fetched here.
  ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\${WEBVIEW}" "pv"
  StrCmp $0 "" 0 drawn
  ReadRegStr $0 HKCU "Software\${WEBVIEW}" "pv"
  StrCmp $0 "" 0 drawn
  MessageBox MB_OK|MB_ICONINFORMATION "This Windows has no WebView2 runtime, which the window needs. Microsoft offers it as $\"Evergreen WebView2 Runtime$\". The command line, plumbline.exe, works without it." /SD IDOK
drawn:
SectionEnd

Section "Uninstall"
  ; Only what was installed: evidence files and settings are the person's.
  RMDir /r "$INSTDIR\docs"
  RMDir /r "$INSTDIR\man"
  RMDir /r "$INSTDIR\completions"
  Delete "$INSTDIR\plumbline.exe"
  Delete "$INSTDIR\plumbline-desktop.exe"
  Delete "$INSTDIR\README.md"
  Delete "$INSTDIR\CHANGELOG.md"
  Delete "$INSTDIR\LICENSE"
  Delete "$INSTDIR\THIRD_PARTY_LICENSES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Plumbline.lnk"
  DeleteRegValue HKCU "Software\Classes\.plumb\OpenWithProgids" "Plumbline.Evidence"
  ReadRegStr $0 HKCU "Software\Classes\.plumb" ""
  StrCmp $0 "Plumbline.Evidence" 0 theirs
  DeleteRegKey HKCU "Software\Classes\.plumb"
theirs:
  DeleteRegKey HKCU "Software\Classes\Plumbline.Evidence"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Plumbline"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
