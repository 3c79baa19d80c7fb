using System.Xml.Linq;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Architecture;

/// <summary>Who may know whom: the table below is the layering of the product; an arrow that is not in it does not get in by accident.</summary>
public class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Domain"] = [],
        ["Slides"] = ["Domain"],
        ["Detection"] = ["Domain"],
        ["Model"] = ["Domain"],
        ["Store"] = ["Domain"],
        ["Evaluation"] = ["Detection", "Domain"],
        ["Inference"] = ["Detection", "Domain", "Evaluation", "Model", "Slides"],
        ["Cluster"] = ["Detection", "Domain", "Slides", "Store"],
        ["Api"] = ["Cluster", "Domain", "Slides", "Store"],
        ["Cli"] = ["Api", "Cluster", "Detection", "Domain", "Evaluation", "Inference", "Model", "Slides", "Store"],
    };

    [Fact]
    public void Projects_reference_only_what_the_layers_allow()
    {
        foreach ((string name, string[] references) in Projects())
        {
            Allowed.ShouldContainKey(name, $"{name} is a new project: give it a place in the layers");
            references.Except(Allowed[name], StringComparer.Ordinal).ShouldBeEmpty($"{name} references more than it may");
        }
    }

    [Fact]
    public void Every_project_has_a_short_readme()
    {
        foreach ((string name, _) in Projects())
        {
            string readme = Path.Combine(Checkout.Root, "src", $"CellVitCluster.{name}", "README.md");
            File.Exists(readme).ShouldBeTrue(readme);
            File.ReadAllLines(readme).Length.ShouldBeLessThanOrEqualTo(30, readme);
        }
    }

    private static IEnumerable<(string Name, string[] References)> Projects() =>
        Directory.GetFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => (ShortName(path), XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => ShortName((string)reference.Attribute("Include")!)).ToArray()));

    private static string ShortName(string path) => Path.GetFileNameWithoutExtension(path)["CellVitCluster.".Length..];
}
