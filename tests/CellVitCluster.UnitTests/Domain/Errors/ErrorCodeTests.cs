using System.Reflection;
using CellVitCluster.Domain.Errors;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Domain.Errors;

public class ErrorCodeTests
{
    private static readonly ErrorCode[] Codes =
        [.. typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (ErrorCode)field.GetValue(null)!)];

    [Fact]
    public void Codes_are_unique() => Codes.ShouldBeUnique();

    [Fact]
    public void Every_code_is_documented()
    {
        string page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "errors.md"));

        Codes.Where(code => !page.Contains($"| {code.Value} |", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
