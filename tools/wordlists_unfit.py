# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what no word list may have: what hurts, frightens or embarrasses whoever reads it out.

A stem is the beginning of a word; one that starts with = is a whole word, and one that
starts with * is a pattern that may match anywhere. The lists have words to spare, so a stem
may well hit a harmless word too. Names, makes and places are whole words.
"""

ENGLISH_STEMS = """
=have =will =like =more =there =just =about =then =much =even =still =some =very =many =most =well
=thou =thus =none =neither =someone =somebody =nobody =nothing =something =whatever =okay =semi
=anti =vibe =nowadays =meantime =ahem =howdy =hooray =herein =thereof =wherefore =hereafter

shit bitch damn suck =arse =ass asshole bullshit crap puss fuck dick =cock cocky slut whore porn
nude nudi naked nipple penis vagin vulva clitor orgasm erot orgy fetish kinky horny bondage booty
boob breast bosom cleavage crotch =anal anus =rectum =rectal semen sperm testic scrot sphinct
foreskin genital perver =rape rapis incest molest hooker =strip stripp striptease prostit brothel
bordello pimp playboy virgin =gay bisex homo hetero transs dyke tranny queer faggot condom
vibrator ejac erect pubert menstr menopaus tampon uter ovar ovul cervi urethra vasect prostat
libido =lust =thong topless panty panti lingerie bikini undies seduc sensual concub courtesan
harlot harem wench adulter celib chastity vulgar obscen profan =pee piss puke vomit turd fart
feces urin toilet diarr bowel constip excreme dysent snot phlegm =mucus =muck =pus spunk boner
wank =tit titt knocker knicker groin =butt buttock pubic pelvi shag blood sex nigg slag sodom
castr eunuch lesb mistress bastard jerk womaniz potty poop dung manure bidet lavat sewage sewer
womb placent fetus fetal embry midwi pregnan abort

murder kill slaught massac genoc holoc tortur assault attack battle battal bomb bullet =gun rifle
pistol revolver shotgun ammo ammun weapon missile grenad torped cannon artill shoot =shot =war
warf warh warlord warrior wart warsh army armi milit navy naval soldier sergeant colonel corporal
lieut =general admiral infant cavalry brigad regim platoon squad troop =marine veteran combat
invad invas conquer conquest enem hosta kidnap abduct terror extrem jihad fatal death dead =dying
corpse cadav carcass carnag coffin =grave graveya gravest cemet funer buria =bury mortu morgue
suicid homicid assass =execute =execution behead =hang hangm gallows guillot lynch =stab strangl
suffoc drown poison venom toxi wound injur =harm harmf hurt victim violen abus brutal cruel savag
barbar butch knife dagger sword machet whip beaten demon devil satan =hell hellish hellh =evil
horr guerr sabot ambush raid siege bayonet canniba bludge bruis maim mutil tormen vendetta venge
reveng aggress atroc casualt captiv captur crusad dynamit explosi explode fortr gladiat hijack
napalm nuke nuclear paramil rampage ravag sabre shrapn slay slain snipe strafe throttl vigilant
arson arsenal barrag blitz blockad conscri fascis =kamikaze legion mercenar mutin =coup coups
insurg rebel riot =mob mobst molotov bazook stalk predator perpetr bully harass threat

polic =cop sheriff marshal =detective constab jail prison inmate convict crimin crime arrest
custod detain detent handcu parole probat felon warrant interrog investig guard warden patrol =spy
spies espion surveil wiretap informer informant bail gulag gestap nazi dictat tyran aparth slave
enslav racis racia ethnic negro gypsy jew semit islam muslim arab mulatt redneck crippl retard
idiot imbec moron stupid dumb fool lunat =mad madm madh insan psycho lame freak ugl =fat fatty
obes loser midget dwarf =hag scum scound trash pirat thief thiev robber burgl larcen theft steal
fraud swindl =scam scamme smuggl mafia gang outlaw vandal villain traitor treason treach betray
bribe extort blackm ransom fugit exile depor refug crook rogue thug hooli skinhea peasan communis
bolshe capitalis socialis commie soviet czar tsar leftis rightis inquisi inquest

god jesus christ crucif heres heret heath pagan infidel blasph sinf =sin sinne prophe allah moham
muham quran koran bible biblic torah talmud mosque synago rabbi imam ayatol caliph burka hijab
kosher halal sharia priest pope papac =papal cathol baptis protest mormon jesuit messia almigh
apocaly armaged purgat sahib gentile apostat idolat atheis secular sacril budd fanat zeal dogma

heroin cocain =meth methad morphin opium opia marij cannab hashish narc addict overdos junki dope
drug alcohol drunk booze tobacco cigar nicotin vodka whisk hango bong psyched ecstas amphet fentan
codein cancer tumor leuk lymph melan carcin sarc aids herpe syphil gonor hepat plague choler
malari typh lepro rabie epidem pandem diabet dement autis aneur miscar stillb anorex bulim paraly
tuberc scurvy jaund ulcer psori eczem acne hernia asthm arthr epilep schizo scler cyst biops chemo
amput autops hemor coma infect infert sterili menin nause scabie =lice louse maggot cockroa tapew
leech pneum influ measle mumps polio palsy seizur septic sepsis tetan virus viral anthr asbest
plutoni cyani cholest colitis cirrh emphys cataract glauc gout thyroi lupus

gunpo gunsh misog cucko eugen swasti lobot sadis masoch sociop asexu bigam leper musket conscr
gendar mugger oppress repress latrin burp =spit spitt saliv phall schmuck brainl deform hunchb
spinster hillb inbred absces hearse epitaph crypt mausol mourn dirge necro =mummy =tomb tombs
grief griev agon angu doom =curse cursed paranoi neurot halluc senil vermin =mortal mortali slur
bigot xenoph chauvin suprem propag martyr cretin barrack desertion deserter trench sentry =snoopy
geisha sultry volupt sleaz negli mullah fatwa yeshiva crackpot lunac asylum delir hyster insomn
bacter bacill fungus fungal =germ disease sickness illness ailment symptom diagn patholog surger
surgeon scalpel vaccin quarant contag inject syring tumour wreck crash disast tragedy tragic

misery =miser miserab despair despise hatred hate loath =rage wrath =fury scare panic fear gloom
shame humili insult disgus nasty filth dirt stink stench =vile vulg malice malign menace peril
ruin collap suffer =tear sob weep lash spank bleed =gore gory flesh skelet skull ghoul =ghost
=corps widow orphan beggar homeless poverty slum ghetto debt bankr evict

arsenic megat ghast desolat destitut condemn sheikh

gunf gunn deaf =blind blindn
"""

ENGLISH_NAMES = """
china chinese japan google twitter amazon yahoo pentagon trump peter martin jimmy smith maria khan
oxford bobby josh tucker jersey welsh warren afghan aspen auburn berg bohem bologn bowman braille
brandy chandl cheddar chevron colleen cologn columb cupid =dale dalmat davenp derrick dirk drake
dyer emery felicit =frank frankf fuller garner garris =gene =glen griffin guinea hamlet harlequ
hertz hickor hogan jaguar jasper kitty levi levy madras =marsh mason masoni mecca miller muscat
myrtle nestl newton oxfor phoebe pippin polish pygmy python robin scroog sexton shangh snoop sonny
sprite superm thermos titanic trident turner tutu valent walker weaver wheel wilder yank carmine
=carol cayen oriental orient turk turkey vatican africa europe americ russia french german greek
roman swiss dutch danish scot irish englis british spain spani cuba mexic canad texas boston paris
london berlin hitler stalin lenin marx facebook iphone ipad disney nike pepsi coke kodak xerox
lego tesla linux android windows podcast amish algeri bengal burma cockney kansas morocc parme
pavl siam tang tangier zepp playst nintend telegr valentin cinder santa adonis apollo venus zeus
juno odin thor hercul achill romeo juliet jezebel judas isaac jacob aaron adam abel abby alice
andy annie betty billy bonnie bruce bruno carl cathy cecil daisy danny dave derek diana donna
doris edgar eddie elvis emma eric ernie ethel felix floyd fred gary george gilbert gladys gloria
grace hank harry harvey hector henry herman holly homer howard jack jackie jake james jamie jane
jason jeff jenny jerry jesse jill john johnny joseph judy julia karl kate keith kelly kevin larry
laura lily linda lisa logan louis lucy luke mabel mandy margo mario marvin mary matt maude megan
melvin mick mike molly monica morgan morris moses myron nancy ned nell nelson nick nora norma
norman oliver oscar pamela pat patsy patty paul pearl peggy perry phil phyllis ralph randy ray rex
richard rick rita roger ronald rosa roy ruby rufus russell sally sam sandy sarah saul scott
shirley sid simon stella steve sue susan tammy ted terry thelma theresa tim timothy toby tom tommy
tony trudy vera vernon victor vince viola violet wally walter wanda wendy wesley willy winston
gunfire gunman gunner gunpowder yeti jinx
"""

RUSSIAN_STEMS = """
*(ск|цк)ий$ *ской$ *[ущюаящ]щий$ *вший$ *вшая$ *тельство$ =которы =такой =какой =всякий =каждый
=этакий =свой =мной =почти =некий =данный =некоторый =остальной =второй =первый =третий =шестой
=восьмой =иной

бля =сук сучк сучар сучь хуй хуе хрен жоп дерьм говн говен срач срат срам пизд ебан ебат муда
мудил мраз =твар тварь =гад гадин гадк гаден гадюк гадост ублюд сволоч подон падл падаль паскуд
шлюх шлюш шалав простит куртиз содом гомос гомик педик пидор педераст педофил лесби секс эрот порн
оргаз пенис вагин влагал клитор генит =анал анальн =анус сперм мастур стрипт презер трахат трахн
=труп трупн трупи трупа =голый голыш обнаж изнас насил извращ интим любовн шизо дебил идиот кретин
дуре дуро дура дурь дурд дурищ дурн тупой тупиц тупор тупос тупов придур олух балбес болван =лох
=лошар козел козл свинт свинья свинск скотин скотск =псих психо психу урод =хам хамс хамит хамка
хамов быдл жлоб гнид стерв мерзав мерзк мерзо подлец подлос подли =подлый негодя гнусн гнусь ханж
чмо лахудр выродок отморо отребь сброд холуй лакей халяв бабник бабий бабен девка =девица блуд
разврат похот похаб пошлос пошля =пошлый сосат =сосок сись титьк =грудь =грудной грудаст груднич
мошон яичк лобок ягодиц =зад задн попк =попа пук моча мочев мочит =кал калов понос диаре рвота
рвотн сорти туал унит фекал сопли слюн плев плюн блев тошн геморр запор глист вша гной менстр
тампон матка выкид аборт импот сифил герпес гонор опух саркома онко тубер чума чумн холер эпидем
пандем эпилеп =кома инсул инфар гангр кокаин =героин гашиш марих анаш опиум морфи метадон алкаш
алког алкон пьян пьющ похмел вонь вонюч вонят =жид жидов негр цыган хохл хохол москал чурк чучмек
кацап узкогл подгуз испраж мочеп перхот прыщ бородавк гниль гнило гниен вшив =пот потли =лиф лифчи
бюст трус кальсо панталон бикини стринг корсет чулк колготк будуар альков альфонс сутен бордел
гарем налож содерж невинн девств оплодот зачат соит совок эякул оргия оргий пубер

убий убит убив убой убоищ смерт мертв гроб могил кладб похор помин =казнь казнок расст повеш висел
пыт палач войск воен воинс воевать воевод войн =воин вояк арме =армия солд офиц генерал полков
майор лейтен сержан прапор ефрейт капрал адмир марша рядов дивиз батал =полк =рота взвод десант
спецн омон чекис =мент менто полиц милиц жандар тюр =зек конвой арест допрос обыск следоват
следстви прокур сыщик шпион развед =агент агентур стукач донос карател =карать казем катор канд
наруч концл гулаг оруж пулем пистол револ руж винтов снайп снаряд бомб боезап танк =мина минон
миноме минирова гранат =пуля пушк порох патро патру дробов кинжал =меч мечен штык сабл взрыв
террор теракт боев =бой бойн боец =банда бандит бандюг киллер маньяк разбой грабе =граб =грабить
избит избив избие драк кровь кровав кровот кровос кровищ кровян жерт рана ранен ранит травм атак
ударн штурм обстр стрел выстр враг враж фашис нацис нацизм гестап свасти холок геноц расиз расист
рабс =раб рабын рабовл погром сталин ленин коммун больше меньшев комисс нарк путч диктат тиран
деспот =плен пленн пленит плено заложн захват похит угроз угрож удуш задуш душит утопл утопит
утопат отрав =яд ядов ядер гибел гибн погиб погуб разруш круш катастр авари аварск расправ резня
зарез побо =бита =бить =битый битв удавк петля плет кнут розг истреб унич взлом =вор воровс воровк
ворова воришк краж мошен жулик аферист шулер преступ крим мафи рэкет шантаж взят беженц беглец
побег предат измен мятеж бунт восст баррик эшафот гильот дуэль засад оккуп окоп блокад =осада
=осадный мобилиз призыв дезерт дозор карау гаубиц торпед авианос крейс эсмин броне броня =дот дзот
арсенал пехот кавал артил вермах рейхс фюрер нква разгром =мор чинов гнев ненав злоб злод зверс
жесток садис садизм изувер муче мучит страд ужас кошмар страх страш бояз =боль больн болезн болеть
лихорад зараз инфек вирус недуг увеч калек инвал слепо глух хром горб =рак ракет скончат умере
умерш умерт умир покойн тлен скелет =череп черепн черепок вампир упыр вурдал зомби ведьм колдун
монстр чудищ прокля казни

=бог богин боже божий бого господь иисус христ аллах пророк сатан дьявол =черт чертов чертя =бес
бесн бесов демон =ад адск ерет ерес секта язычес язычни неверн мусул ислам иуд джих шахид талиб
ваххаб халиф имам муфт мулла раввин =поп попов попад ирод антихр святош кощун безбож церк икон
молитв

русск россия русо украин белорус евре татар башк чечен армян азерб грузин казах казак казач узб
таджик кирг туркмен эстон латыш литов поляк польск полячк немец немк франц англич итальян испан
турок турец турч китай китая японец японк америк бразил венгр румын болгар серб хорв чех чешк швед
финн норвеж датч голланд грек гречес гречан араб ирак афган африк азиат индусс =индус индеец индей
индиец якут калм чуваш мордв корей кавк москв киев донец донч сибир европе канад мексик израил
инород чужез кубин исланд ирланд шотл гренл монгол туземец папуас эским чукч тунгус янки самурай
славян северян южан горец

газпр сберб мерсед кодак аэрофл путин майдан ситро навальн жигул линколь роснеф фиат майкр фейсб
гугл советс =совет компарт партор политру колхоз совхоз комсом пионер царь цари кремл =дума думск
депут президе премьер министр режим парти выбор избира импич митинг пикет госду сенат оппоз власт
санкц

лгун лжец лгать ложь врать вранье врун брех обман подлог подкуп коррупц сплетн завист жад скупой
лентя ленив неряш грязн груб глуп нагле нагло нагла =наглый хвас ничтож позор стыд унижен унижат
оскорб ругат ругань =мат матерн матерщ плохой злой злост злить

абвер похищ покуше нападен напада поражен сражен ополчен вторж =тромб гепат диабет артрит суиц
дегенер генсек мазох слабоум безуми безумс безумн бесплод обрезан распят ожирен абсцес чокнут слиз
клизм цистит экзем колит зловон убожеств евнух денщик гренад мушкет картеч секир блицкр диверс
диссид анафем вендетт агони дистроф гипокси токс климакс ширинк эмбрион плацент псориаз глауком
аритм гастрит бронхит ангин анемия астма аллерг мигрен тремор невроз нервн параной параноик фобия
амнез ревмат радикул отек кариес киста цирроз некро инцест сверж тоталит репресс апартеид аннекс
сепарат империал колониал шовин нигил казарм гвард юнкер сотник атаман дружинник траур мавзол
саркоф мумия реквием панихид саван катафал склеп =урна эпитаф кремат синяк пинок подзат оплеух
пощечин вульгар фаллос фетиш нимфом скальп мачет тесак кляп капкан =вина винов приговор осужд
судим подсуд надзир обвин пристав пневмон менинг лейкем метаст меланом гематом простат антисем
дефект диагноз анестез хирург госпит психич эскорт тромбо лимфом язва язвен мигрант трагед =горе

анорекс лейкоз артроз остеоп нелегал трибунал рецидив подвох лысин лысый ущерб беда бедств отчаян
депресс бомж нищ сирот тревож тревог развал провал мусор свалк помой помои =чернь обид обиж месть
мстит катюша шкура заговор конфуз крах паник хаос бездомн плач плакс слеза слезин слезлив чувак
чувиха пацан пахан блатн фраер урка барыг вышак допинг ширя косяк дурман зелье кайф бухл бухат
бухой самогон

=сучий

дедовщ напалм мадьяр удмурт лезгин черкес волжан воронеж колумб хорони тыловой огнем сопляк
рогонос проказ сколиоз столбняк отит волчанк ветрянк дермат молочниц циан сфинкт канниб падший
людоед спекул чурбан офиг карманн подрывн сыск ренегат паршив темниц хлюп бундес асфикс аппендиц
абстин
"""

RUSSIAN_NAMES = """
соня соколов кларк тимур ларин кант рим дон нил спас вишну будда зевс шива марс сатурн нептун плутон
уран венера юпитер мазда лада форд тесла лего сони рено опель вольво скания камаз белаз калаш рено
феррари виза ротор зенит спартак динамо торпедо анжи ахмат крылья терек алания луч шинник
"""

UKRAINIAN_STEMS = """
*(с|ц|з)ький$ *[ую]ч$ *чук$ *нюк$ *дюк$ *енко$ *[ую]щий$ *ючий$ *вший$ =який =такий =котрий
=кожний =інший =даний =певний =певне =деякий =другий =перший =третій =певен =власне =ласка =прес
=онлайн

лайн гівн курв сука сучк =сучий сучо срак сран срат сцик хуй хує піздец пизд їбан їбат мудак мудил
жоп =дупа бляд блях шлюх шльон шлап повія повій лярв шалав простит содом гомо педик підор педераст
педофіл лесбі секс еротик еротич еротиз порн оргаз оргія пеніс вагін піхв клітор геніт =анал
анальн анус =прутень спер мастурб стрипт през трах труп голий голиз голяк оголен зґвалт ґвалт збоч
інтим любовн коханк коханец шизо дебіл ідіот кретин дурен дурн дурі дура дурк дуреп дурощ тупак
тупий тупіс придур йолоп бовдур бевз телеп козел козл свин скотин псих покид падл сволот сволоч
наволоч мерзот мерзен вилупк вилупок виродок виродк ублюд гнид гнил гній гниття хам бидл жлоб
стерв мраз рагул селюк курдуп недоум недол нікчем негід лахудр байстр бастард одоробл довбан довбо
кацап москал жид негр циган хохол хохл чурк русня цицьк цицк соски сосок смокт =груди грудаст яєчк
мошон сідниц =зад задн =попа попк =сеча сечов сечі =кал калов понос пронос діаре блюв нудот риг
сортир туал уніт фекал сопл слин плюв плюн гемор закреп глист вош менстр тампон матк викид аборт
імпот сифіл герпес гонорея пухлин онко тубер =чума чумн холер епідем пандем епілеп =кома інсульт
інфаркт гангр нарко кокаїн героїн гашиш марих канаб опіум морфін алкаш алког пиятик пияк пияц
похміл смерд смород вонюч вонят труси бюст білизн панталон бікіні стрінг корсет панчох колгот
альков сутен бордел гарем налож незайм оплод зачат еякул амфет метадон підгуз =прищ прищав бородав
виразк пукат метеоризм лобок цнот віагр мінет онан вібрат

убив вбив вбит убит забій смерт мертв труна гріб =гроб могил цвинт кладов похор помин =кат катів
=страта стратит розстр повіш шибе кату війн війс воєн воїн вояк воява воювати армі солд офіцер
генерал полковн майор лейтен сержан прапор єфрейт капрал адмірал маршал рядов дивіз батал =полк
=рота взвод десант спецн омон чекіс =мент менто поліц міліц жандар тюрем =тюрма =зек конвой
конвоїр арешт допит обшук слідч слідств прокур шпиг розвід =агент агентур стукач донос донощ
карател =карати казем катор кайдан наруч концт гулаг збро кулем пістол револ рушниц гвинтів снайп
снаряд бомб боєзап бойов =бій боєц танк =міна міномет мінув гранат =куля пушк порох патрон кинджал
меч штик шабл вибух терор терак бандит =банда бандю кілер маніяк розбій грабун грабі грабув побит
бійк кров кривав жертв рана рани поран травм атак удар штурм обстр стріл постр ворог ворож фашис
нацис нацизм гестап свасти голок геноц голодомор расиз расист рабст =раб рабин рабові погром
сталін ленін комун більшо меншов комісар нкв путч диктат тиран деспот =полон полонен полонян
заручн викрад захопл загроз погроз задуш душит утопл утопит отру ядер =яд ядух загибел загин згуб
руйн крах катастр аварі розправ різанин різня заріз побої битв зашморг петл батіг батог нищ винищ
знищ взлом злом злод крад шахра аферист злочин криміна мафі рекет шантаж хабар насил біженц втікач
втеч зрад заколот бунт повста барик ешафот гільйот дуел засід окуп окоп блокад облог мобіліз
призов дезерт дозор вартов караул гармат торпед авіанос крейс есмін броне броня =дот арсенал піхот
кавалер артил вермах рейхс фюрер =карний гнів ненав злоб злісн лють лютіст лютув жорст садис
садизм муч мука страж жах страх страш боязн =біль больов боліт хвор лихом зараз інфек вірус недуг
каліц калік каліч інвал сліп глух хром горб =рак ракет помер помир вмер вмир небіжч скелет =череп
черепн вампір упир зомбі відьм чаклун монстр потвор прокля отаман гайдамак комат колабор сепар
бандер упівец упа

=бог богин боже божий бого господь ісус христ аллах пророк сатан диявол чорт =біс бісит бісек
бісов демон пекл пекел єрет єрес секта язичн мусул іслам іуд юдей джих шахід таліб халіф імам муфт
мулла равін =піп попов ірод антихр святош церк ікон молитв безбож

росі русин =рус русак русич русо рускі українс білорус єврей татар башк чечен вірмен азерб грузин
казах узб таджик кирг туркмен естон латиш литов литвин поляк полячк німк німец франц англі італі
іспан турок турец турч китай китає японец японк америк бразил угор румун болгар серб хорв чех
чеськ швед =фін норвеж данц голланд грек араб ірак афган африк азіат індус індіан індіє якут калм
чуваш мордв корей кавк москв киян київ одес донец донч сибір європе канад мексик ізраїл чужин
кубин бойко гуцул лемко шотл ірланд ісланд монгол туземец папуас ескім янкі самурай словен волин
галич харків львів полтав кримч кримськ

майдан беркут кодак путін газпр сберб мерсед навальн лінкольн ощадб приватб мазда лексус вікіпед
=рада депут міністр режим парті вибор кандид імпіч мітинг пікет сенат опоз =влада санкц люстрац
регіонал цар кремл дума комсом піонер колгосп совок совков радянс політру парторг агрес корупц

брех обман обдур підкуп плітк заздр жад скупий лінив ледар ледащ брудн груб глуп нахаб хваст
боягуз ганьб ганеб сором приниж =образа =мат матюк поган злий злість злюк

напад поразк вторгн тромб гепат діабет артрит суїц дегенер мазох слабоум безплід обрізанн ожирін
абсцес слиз клізм екзем коліт сморід убозт убог євнух денщик гренад мушкет картеч бліцкр диверс
дисид анафем вендет агоні дистроф гіпокс токс клімакс ембріон плацент псоріаз глауком аритм
гастрит бронхіт ангін анемі астма алерг мігрен тремор невроз нервов параної фобія амнез ревмат
радикул карієс цироз некро інцест тоталіт репрес апарт анекс імперіал колоніал шовін нігіл казарм
гвард юнкер сотник =рать траур мавзол саркоф мумія реквієм панахид саван катафал склеп =урна
епітаф кремат синяк стусан ляпас фалос фетиш німфом скальп мачет кляп =вина винуват =винний вирок
засуд судим підсуд нагляд обвинув пневмон менінг лейкем метаст меланом гематом простат плеврит
антисем діагноз анестез хірург госпіт трагед трагіч =горе лімфом мігрант хунт гадюк зловіс

параш анорекс лейкоз артроз нелегал трибунал рецидив лисин лисий збитк біда бідн бідол розпач
депрес бомж жебр сирот тривож тривог провал бруд помиї образл помст катюш змов панік хаос бездомн
плач слізн чувак пацан блатн косяк кайф самогон страчен бліндаж гюрза озброєн мародер лихо отит
здох розпуст безум покійн артсн патоген карати покаран варивод вернидуб смітн смітт шкур дефект
сморк делір фронтов хрін трясця зловж

полісм =полуботок куркул

безпальк вергун =колодій =копач =кудлай =мовчан =новак =потебня =бабій =глоба =дейнека =довгань
=дорош =гармаш =купчак =ковпак =ковтун =козинець =мазурик =проскурня =стоколос =шаповал =юрик
=шевчик =шуст =чепіга =загреба =гендель =браунінг =рентген =пальміра =ботокс =веджвуд =паккард
=васкуліт =ефес =канівець =стельмах спецаг спецзаг шрапн спекул спокусн розпусн жиголо челяд
людожер карцин сарком ембол міокард аденом перитон лихач ліфчик судилищ темниц простолюд лизат
батяр ціан ботул аппенд апендиц бундес напалм
"""

UKRAINIAN_NAMES = """
ньютон паскаль кельвін галич шевчук кравчук мельник марко рим дон ніл спас будда зевс шива марс
венера макінтош опель форд тесла лада каліфорнія глорія златоуст бескид люцифер кварц ампер
калинівка азов динамо шахтар зоря карпати металіст чорноморець ворскла зеніт спартак ювентус арсенал
"""


def _whole(names: str) -> str:
    """Write names as whole words."""
    return " ".join("=" + name for name in names.split())


UNFIT = {
    "en": f"{ENGLISH_STEMS} {_whole(ENGLISH_NAMES)}",
    "ru": f"{RUSSIAN_STEMS} {_whole(RUSSIAN_NAMES)}",
    "uk": f"{UKRAINIAN_STEMS} {_whole(UKRAINIAN_NAMES)}",
}
