import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/** One line for each file: name, profile, number of rules, verdict, assertions; then what failed. */
public class Check {
  public static void main(String[] given) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    for (String id : given[0].split(",")) {
      String name = id.startsWith("ua") ? "PDFUA-" + id.substring(2) : "PDFA-" + id.toUpperCase();
      String file = "org/verapdf/pdfa/validation/" + name + ".xml";
      ValidationProfile profile =
          Profiles.profileFromXml(Check.class.getClassLoader().getResourceAsStream(file));
      for (int at = 1; at < given.length; at++) {
        check(given[at], name, PDFAFlavour.fromString(id), profile);
      }
    }
  }

  private static void check(
      String file, String name, PDFAFlavour flavour, ValidationProfile profile) throws Exception {
    try (PDFAParser parser =
        Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
      PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false);
      ValidationResult found = validator.validate(parser);
      System.out.println(
          String.join("\t", file, name, "" + profile.getRules().size(),
              found.isCompliant() ? "pass" : "FAIL", "" + found.getTotalAssertions()));
      Map<String, Integer> failed = new TreeMap<>();
      for (TestAssertion one : found.getTestAssertions()) {
        if (one.getStatus() != TestAssertion.Status.PASSED) {
          failed.merge(one.getRuleId().getClause() + ": " + one.getMessage(), 1, Integer::sum);
        }
      }
      failed.forEach((what, times) -> System.out.println("\t" + what + " x" + times));
    }
  }
}
