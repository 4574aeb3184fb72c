; The installer of Windows, for one user and without rights of an administrator.
; makensis -DVERSION=0.1.0 -DBUNDLE=folder -DWORK=folder-of-icons -DOUT=setup.exe wealthdesk.nsi

Unicode true
!include "MUI2.nsh"
!include "FileFunc.nsh"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\WealthDesk"
!define KIND "WealthDesk.Portfolio"
!define WINDOW "$INSTDIR\WealthDeskWindow.exe"

Name "WealthDesk"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\WealthDesk"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
RequestExecutionLevel user
SetCompressor /SOLID lzma
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "WealthDesk"
VIAddVersionKey "FileDescription" "WealthDesk"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The WealthDesk developers, MIT licence"

!define MUI_ICON "${WORK}/wealthdesk.ico"
!define MUI_UNICON "${WORK}/wealthdesk.ico"
!define MUI_FINISHPAGE_RUN "${WINDOW}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "WealthDesk"
  ; What an older version brought and this one does not is not to stay.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}/*"
  File "${WORK}/document.ico"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\WealthDesk.lnk" "${WINDOW}"

  WriteRegStr HKCU "Software\Classes\.wealthdesk" "" "${KIND}"
  WriteRegStr HKCU "Software\Classes\.wealthdesk\OpenWithProgids" "${KIND}" ""
  WriteRegStr HKCU "Software\Classes\${KIND}" "" "WealthDesk portfolio"
  WriteRegStr HKCU "Software\Classes\${KIND}\DefaultIcon" "" "$INSTDIR\document.ico"
  WriteRegStr HKCU "Software\Classes\${KIND}\shell\open\command" "" '"${WINDOW}" "%1"'
  System::Call 'shell32::SHChangeNotify(i 0x8000000, i 0, p 0, p 0)'

  WriteRegStr HKCU "${KEY}" "DisplayName" "WealthDesk"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "${WINDOW}"
  WriteRegStr HKCU "${KEY}" "Publisher" "The WealthDesk developers"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
SectionEnd

; The user's portfolios are in %LOCALAPPDATA%\WealthDesk, which is another folder and stays.
Section "Uninstall"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\wealthdesk.exe"
  Delete "$INSTDIR\WealthDeskWindow.exe"
  Delete "$INSTDIR\document.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\WealthDesk.lnk"
  DeleteRegKey HKCU "Software\Classes\${KIND}"
  DeleteRegValue HKCU "Software\Classes\.wealthdesk\OpenWithProgids" "${KIND}"
  DeleteRegKey /ifempty HKCU "Software\Classes\.wealthdesk"
  DeleteRegKey HKCU "${KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x8000000, i 0, p 0, p 0)'
SectionEnd
