"""The words of town life in Catalan, Spanish and English: which say nothing, which mean the same, which are opposed.

A word that is not here is found by its stem alone.
"""

from collections.abc import Mapping

NOTHING: Mapping[str, str] = {
    "ca": """a abans això aixo al algú algun alguna algunes alguns allà als altra altre altres amb ambdós any anys
        aquell aquella aquest aquesta aquestes aquests aquí així ara bastant bé cada cadascú cal calen cap coses cosa
        cop cops com contra d dalt de del dels demano des deu dia dies dins dir diu doncs durant el ella elles ells
        els em en encara ens entre era eren es és està estan estar estaria estem esteu et etc fa falta falten fan fas
        fem fent fer fet feu fins for fos gaire gairebé gent ha hagi han has havia haver hauria haurien hauríem hem
        heu hi ho hora i ja jo l la les li lloc llocs llavors lo m ma mai manera massa mateix mateixa m'he me mes meu
        meva meus meves millor molt molta moltes molts n ne ni ningú no només nosaltres nostra nostre nostres o on p
        pel pels per però perquè persona persones poble pobles poc poca poden poder podem podria podrien pot potser
        proposo proposta posa posar posem poses poseu puc pugui puguin qual quals qualsevol quan quant que què qui
        quin quina res s sa segur sempre sense ser serà seria serien ses seu seus seva seves si sí siguin sigui sobre
        sóc som són sort sota sovint su t ta també tan tant te té tenen tenia tenim tenir tens tot tota totes tothom
        tots un una unes uns us va vam van vegada vegades veí veïna veïnes veïns vol volem volen voldria vull voleu
        ajuntament municipi municipal temps setmana mesos primer primera gran grans petit petita bo bona bons nou nova
        espai punt zona públic pública servei permetre recuperar recuperem crear arreglar millorar ajuda compartit""",
    "es": """a ahí ahora al algo alguien algún alguna algunas alguno algunos allí alrededor ante antes aquel aquella
        aquí año años así aún aunque ayuntamiento bastante bien cada casi como cómo con contra cosa cosas cual cuál
        cuales cualquier cuando cuándo cuanto d de debe deben debería deberían decir del demás dentro desde después
        día días dice donde dónde dos durante e el él ella ellas ellos en encima entonces entre era eran eres es esa
        esas ese eso esos está están estar estaría estas este esto estos etc falta faltan favor fue fuera gente gran
        grande grandes ha haber había habría hace hacemos hacen hacer hacia haga hagan han has hasta hay haya he hecho
        hemos hora hoy igual ir jamás junto la las le les lo los lugar luego mal más me mejor menos mi mientras mío
        mis mismo misma mucha muchas mucho muchos municipal municipio muy nada nadie ni ningún ninguna no nos nosotros
        nuestra nuestras nuestro nuestros nueva nuevo nunca o os otra otras otro otros para parte pero persona
        personas pido poca poco pocos podemos poder podría podrían podríamos poner ponga pongan por porque primera
        primero propongo propuesta pueblo pueblos pueda puedan puede pueden puedo pues que qué queremos quien quién
        quiere quiero quizá sabe se sé sea sean según ser será sería serían si sí sido siempre sin sino sitio sitios
        sobre sola solamente solo sólo somos son soy su sus tal también tan tanta tanto te tenemos tener tendría
        tendríamos tengo ti tiempo tiene tienen toda todas todavía todo todos tras tu un una unas uno unos usted va
        vamos van vecina vecinas vecino vecinos vez veces y ya yo semana meses pequeño pequeña buen buena bueno
        espacio punto zona público pública servicio permitir recuperar crear arreglar mejorar ayuda compartido""",
    "en": """a about above across after again all almost also always am an and another any anybody anyone anything are
        around as ask at away back be because become been before being below best better between both but by can
        cannot come could council day days did do does doing don done down during each either else enough etc even
        ever every everybody everyone everything few find first for from full further gets get give go goes going good
        got great had has have having he her here hers him his hour how i idea if in instead into is isn it its just
        keep know least less let like little ll local long lot lots made make many may maybe me might more most much
        must my myself near need needed needs neighbour neighbours neighbor neighbors never new next no nobody none
        nor not nothing now of off often on once one ones only or other others our ours out over own people per
        perhaps person place places please propose proposal proposals put rather re really resident residents s same
        say see set shall she should since so some somebody someone something somewhere soon still such suggest t take
        than that the their them then there these they thing things think this those though through time times to
        together too town twice two under until up us use used very village want wants was way ways we week well were
        what when where whether which while who whole whom why will wish with within without would year years yes yet
        you your yours space point area public service allow bring create fix improve help shared""",
}
"""Too common, or too common in proposals, to say what one is about; by language, accents as they are."""

SAME = """
arbre arbreda arbrat | árbol arbolado arboleda | tree
ombra ombrejar | sombra sombrear | shade shadow
bicicleta bici ciclista pedalar | bicicleta bici ciclista | bicycle bike cycle cycling cyclist
carril | carril | lane
cotxe automòbil vehicle trànsit | coche automóvil vehículo tráfico | car vehicle traffic
camió | camión | lorry truck
patinet | patinete | scooter
autobús bus autocar | autobús bus autocar | bus coach
tren | tren | train railway
estació | estación | station
parada | parada | stop
aparcament aparcar pàrquing | aparcamiento aparcar parking | parking park
carrer avinguda | calle avenida | street avenue road
vorera | acera | pavement sidewalk
vianant | peatón peatonal | pedestrian
plaça | plaza | square
parc | parque | park
jardí jardineria | jardín jardinería | garden
passeig passejar | paseo pasear | promenade walk
camí sender | camino sendero | path trail
pont | puente | bridge
riu llera | río cauce | river
platja | playa | beach
mar | mar | sea
bosc | bosque | forest wood
foc incendi | fuego incendio | fire
font | fuente | fountain
aigua | agua | water
beure | beber | drink
pluja ploure | lluvia llover | rain
sequera | sequía | drought
llum fanal enllumenat il·luminació il·luminar | luz farola alumbrado iluminación iluminar | light lamp lighting
fosc foscor | oscuro oscuridad oscuras | dark darkness
electricitat energia | electricidad energía | electricity energy
solar placa panell | solar placa panel | solar panel
contenidor paperera | contenedor papelera | bin container
escombraries brossa deixalla | basura residuo desperdicio | rubbish garbage waste litter
reciclar reciclatge | reciclar reciclaje | recycle recycling
compost compostatge compostador | compost compostaje compostador | compost composting
netejar neteja net rentar | limpiar limpieza limpio lavar | clean cleaning wash
brut brutícia | sucio suciedad | dirty dirt
pudor olor | olor peste | smell stink
soroll sorollós | ruido ruidoso | noise noisy
dormir descans | dormir descanso | sleep rest
nit nocturn | noche nocturno | night
gos gossos correcan | perro pipicán | dog
gat | gato | cat
rata rosegador | rata roedor | rat
mosquit | mosquito | mosquito
ocell | pájaro | bird
animal | animal | animal
nen nena infant infantil criatura fill | niño niña infantil crío hijo | child children kid
jove joventut adolescent | joven juventud adolescente chaval | young youth teenager
avi àvia jubilat vell | abuelo abuela jubilado mayor anciano | elderly pensioner grandparent
dona | mujer | woman women
família familiar | familia familiar | family
escola col·legi escolar | escuela colegio escolar | school
institut | instituto | secondary
alumne estudiant estudi estudiar | alumno estudiante estudio estudiar | pupil student study
pati | patio | yard playground
joc jugar gronxador | juego jugar columpio | game play swing
guarderia bressol | guardería | nursery kindergarten
biblioteca | biblioteca | library
llibre llegir | libro leer | book read
examen | examen | exam
música concert | música concierto | music concert
teatre | teatro | theatre theater
cinema pel·lícula | cine película | cinema film movie
festa revetlla | fiesta verbena | festival party
petard pirotècnia | petardo pirotecnia | firework firecracker
piscina nedar natació | piscina nadar natación | pool swim swimming
esport esportiu poliesportiu pavelló | deporte deportivo polideportivo pabellón | sport
futbol pilota | fútbol pelota balón | football ball
hospital | hospital | hospital
ambulatori metge metgessa cap | ambulatorio médico consultorio | clinic doctor
malalt malaltia | enfermo enfermedad | ill illness
habitatge pis | vivienda piso apartamento | housing flat apartment
lloguer llogar | alquiler alquilar | rent renting
turista turístic turisme | turista turístico turismo | tourist tourism
botiga comerç | tienda comercio | shop store
mercat | mercado | market
pagès agricultor | agricultor campesino payés | farmer
hort parcel·la | huerto parcela | allotment plot
bar restaurant terrassa | bar restaurante terraza | bar restaurant terrace
menjar menjador aliment | comida comedor alimento | food meal
banc seient seure | banco asiento sentarse | bench seat sit
lavabo vàter wàter wc | lavabo váter aseo baño wc | toilet loo wc
rampa | rampa | ramp
cadira | silla | chair wheelchair
accessible accessibilitat adaptat discapacitat | accesible accesibilidad adaptado discapacidad | accessible disability
ascensor | ascensor | lift elevator
semàfor | semáforo | signal
velocitat | velocidad | speed
perill perillós seguretat segur | peligro peligroso seguridad seguro | danger dangerous safety safe
policia vigilància | policía vigilancia | police
internet wifi fibra | internet wifi fibra | internet wifi fibre
curs taller classe | curso taller clase | course workshop class
voluntari | voluntario | volunteer
preu car barat tarifa | precio caro barato tarifa | price expensive cheap fare
impost | impuesto | tax
gratis gratuït | gratis gratuito | free
dissabte | sábado | saturday
diumenge festiu | domingo festivo | sunday holiday
estiu | verano | summer
hivern | invierno | winter
calor | calor | heat hot
església | iglesia | church
campana | campana | bell
cementiri | cementerio | cemetery
fàbrica | fábrica | factory
"""
"""One thing a line: its words in Catalan, Spanish and English."""

FOR: Mapping[str, str] = {
    "ca": "més ampliar augmentar posar plantar obrir reobrir permetre mantenir conservar construir fer",
    "es": "más ampliar aumentar poner plantar abrir reabrir permitir mantener conservar construir hacer",
    "en": "more extend increase add plant open reopen allow permit keep build make",
}
"""Words of a title that asks for more of something."""

AGAINST: Mapping[str, str] = {
    "ca": """menys reduir reduïm treure traieu traiem tallar talar tancar tanquem tanqueu prohibir prohibim prohibiu
        suprimir eliminar apagar apagueu silenciar callar prou retirar retireu sense fora evitar impedir aturar""",
    "es": """menos reducir quitar quiten quitemos cortar talar cerrar cierren cerremos prohibir prohíban prohibamos
        suprimir eliminar apagar apaguen silenciar callar basta retirar retiren sin fuera evitar impedir parar""",
    "en": """fewer less reduce remove removing cut close closed closing ban banning forbid scrap abolish eliminate stop
        silence without off out against""",
}
"""Words of a title that asks for less of something; with a "no" it asks for more ("no callar las campanas")."""
